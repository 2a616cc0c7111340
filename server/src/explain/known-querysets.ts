/** What the analysis of the whole program adds to the code around an expression: which of its parts are querysets. */
import { containsRange, type TextRange } from "../base/text-range.ts";
import type { Analysis } from "../program/workspace.ts";
import { textOf } from "../python/name-definition.ts";
import type { Expression } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { isStatement, pathTo } from "../syntax/walk.ts";

/** An expression on which methods of querysets are called. */
export interface KnownQueryset {
  /** Source text. */
  readonly source: string;
  /** Label of the model of its rows. */
  readonly model: string;
  /** Where it is a related manager: whose, and under which name. */
  readonly owner?: string;
  readonly accessor?: string;
}

type Fact = ReturnType<Analysis["facts"]>[number];

/** In the function around a place, else in the statement. What stands for several models under one text is left out. */
export function knownQuerysets(
  file: SourceFile,
  facts: readonly Fact[],
  place: TextRange,
): readonly KnownQueryset[] {
  const around = functionAround(file, place);
  const known = new Map<string, KnownQueryset | undefined>();
  for (const fact of facts) {
    if (!("queryset" in fact)) continue;
    for (const receiver of receiversIn(file, fact)) {
      if (!containsRange(around, receiver)) continue;
      const found = describe(file, receiver, fact.queryset);
      const present = known.get(found.source);
      known.set(found.source, known.has(found.source) && !isSame(present, found) ? undefined : found);
    }
  }
  return [...known.values()].flatMap((each) => each ?? []);
}

type QuerysetFact = Extract<Fact, { readonly queryset: unknown }>;

/** What methods are called on to get the fact's queryset, or to use it. */
function receiversIn(file: SourceFile, fact: QuerysetFact): readonly Expression[] {
  const { sites } = fact.queryset.origin;
  const built = sites.flatMap(({ kind, location, node }) =>
    kind === "chain" && location.path === file.path ? startOf(node, fact.queryset) : [],
  );
  if (fact.kind !== "querysetCall" || fact.location.path !== file.path) return built;
  const { function: called } = fact.call;
  return called.kind === "Attribute" ? [...built, called.value] : built;
}

/** The name or related manager with which a chain of calls begins: it stands for rows of the same model. */
function startOf(chain: Expression, queryset: QuerysetFact["queryset"]): readonly Expression[] {
  let start = chain;
  for (let next: Expression | undefined = chain; next !== undefined; next = precedingOf(next)) start = next;
  const isKnown = start.kind === "Name" || isRelatedManager(start, queryset);
  return start !== chain && isKnown ? [start] : [];
}

function precedingOf(link: Expression): Expression | undefined {
  if (link.kind === "Subscript") return link.value;
  return link.kind === "Call" && link.function.kind === "Attribute" ? link.function.value : undefined;
}

function isRelatedManager(receiver: Expression, { related }: QuerysetFact["queryset"]): boolean {
  if (related === undefined || receiver.kind !== "Attribute" || related.instance.model.abstract) return false;
  return receiver.attribute.name === related.relation.accessor;
}

function functionAround(file: SourceFile, place: TextRange): TextRange {
  const statements = pathTo(file.tree, place).filter(isStatement);
  return statements.find(({ kind }) => kind === "FunctionDef") ?? statements.at(-1) ?? place;
}

function describe(file: SourceFile, receiver: Expression, queryset: QuerysetFact["queryset"]): KnownQueryset {
  const found = { source: textOf(file, receiver), model: queryset.model.label };
  const { related } = queryset;
  return related !== undefined && isRelatedManager(receiver, queryset)
    ? { ...found, owner: related.instance.model.label, accessor: related.relation.accessor }
    : found;
}

function isSame(first: KnownQueryset | undefined, second: KnownQueryset): boolean {
  return JSON.stringify(first) === JSON.stringify(second);
}
