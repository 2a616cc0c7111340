import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { CachedFragment, FragmentRead } from "../../interpret/facts.ts";
import { alternativesOf } from "../../queryset/join.ts";
import type { Call, Expression, FunctionDef } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround, namesIn } from "../writes/syntax-queries.ts";
import { type ContextEntry, contextEntry } from "./context-entry.ts";

export const fragmentDoesNotSaveQuery: FactRule = {
  kind: "facts",
  code: "QS710",
  name: "fragment-does-not-save-query",
  summary:
    "Rows that only a cached fragment shows are loaded on each request, before the fragment is looked up",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const findings = factsOfKind(context.facts, "cachedFragment").flatMap((fragment) =>
      fragment.reads.flatMap((read) => {
        if (read.boundBy !== "context") return [];
        const question = questionFor(context, fragment, read);
        if (!question || isReadOutside(context, fragment, read)) return [];
        return [{ fragment, read, question }];
      }),
    );
    const byName = new Map(
      findings.map((finding) => [`${placeKey(finding.fragment.location)} ${finding.read.name}`, finding]),
    );
    return [...byName.values()].map(({ fragment, read, question }) => findingOf(fragment, read, question));
  },
};

/** What the view asks the database for the name, before anything is rendered. */
interface Question {
  readonly model: string;
  readonly isList: boolean;
  readonly fixes: readonly Fix[];
}

function questionFor(
  context: RuleContext,
  { root }: CachedFragment,
  read: FragmentRead,
): Question | undefined {
  const { path } = root.location;
  const module = context.project.program.moduleOfFile(path);
  const view = module && functionAround(module.file.tree, root.location.range);
  const entry = view && contextEntry(view, read.name);
  const fixes = entry && view && module ? lazyFixes(path, module.file.text, view, entry) : [];
  const model = modelOfLoadedRows(read);
  if (model !== undefined) return { model, isList: true, fixes };
  const answer = entry && answers(context, root.symbol, entry.value);
  return answer === undefined ? undefined : { model: answer, isList: false, fixes };
}

const asking = /^(?:aggregate|count|exists)$/;

/** The model that the expression asks for a number or a yes: `Task.objects.count()`, `len(Task.objects.all())`. */
function answers(context: RuleContext, root: string, value: Expression): string | undefined {
  const calls = new Set<Call>();
  const later: TextRange[] = [];
  walkExpressions(value, (node) => {
    if (node.kind === "Call") calls.add(node);
    if (node.kind === "Lambda") later.push(node);
    return node.kind !== "Lambda";
  });
  const asked = factsOfKind(context.facts, "querysetCall").find(
    (fact) => fact.root.symbol === root && asking.test(fact.method) && calls.has(fact.call),
  );
  if (asked) return asked.queryset.model.label;
  const counted = factsOfKind(context.facts, "rowsUse").find(
    ({ fromCache, location, operation, root: { symbol } }) =>
      symbol === root &&
      !fromCache &&
      isTaken.test(operation) &&
      containsRange(value, location.range) &&
      !later.some((lambda) => containsRange(lambda, location.range)),
  );
  return counted?.queryset.model.label;
}

/** What Python makes of the rows is a value of its own: `len(tasks)`, `bool(tasks)`. */
const isTaken = /^(?:len|bool)$/;

function findingOf(
  { node, root, symbol }: CachedFragment,
  { location, name }: FragmentRead,
  { fixes, isList, model }: Question,
): Finding {
  const what = isList ? "is a list that is loaded on each request" : "is asked for on each request";
  return {
    ...findingBase(fragmentDoesNotSaveQuery),
    remedy: "cached-fragment",
    confidence: "medium",
    message: `"${name}" ${what}, also where the fragment "${node.fragment}" comes from the cache.`,
    help: isList
      ? "Pass the queryset as it is: Django asks for the rows where the template does, in the fragment."
      : "Pass a function: the template calls it where it reads the name, in the fragment.",
    location,
    symbol,
    model,
    origin: location,
    evidence: [
      { message: `Rendered for ${root.symbol}`, location: root.location },
      { message: "Is read in the cached fragment only", location },
    ],
    fixes,
  };
}

/** `tasks` in place of `list(tasks)`, and `lambda: tasks.count()`, where the entry says so itself. */
function lazyFixes(
  path: string,
  text: string,
  view: FunctionDef,
  { isInline, value }: ContextEntry,
): readonly Fix[] {
  if (!isInline || value.kind !== "Call") return [];
  // A name that is bound again would be another one by then.
  if ([...namesIn(value)].some((name) => bindingsOf(view, name).length > 1)) return [];
  const [rows, ...others] = value.arguments;
  const isList = value.function.kind === "Name" && value.function.name === "list";
  if (isList && (!rows || others.length > 0)) return [];
  const newText =
    isList && rows ? text.slice(rows.start, rows.end) : `lambda: ${text.slice(value.start, value.end)}`;
  const title = isList ? "Pass the queryset without list()" : "Pass a function that the fragment calls";
  const edits = [{ path, range: { start: value.start, end: value.end }, newText }];
  return [{ title, safety: "unsafe", preferred: true, edits }];
}

/** The view has made a list of the rows, so that they are there before anything is rendered. */
function modelOfLoadedRows({ boundBy, value }: FragmentRead): string | undefined {
  if (boundBy !== "context") return undefined;
  for (const each of alternativesOf(value)) {
    if (each.kind !== "collection" || (each.size.kind !== "rows" && each.size.kind !== "limited")) continue;
    const row = alternativesOf(each.element).find(({ kind }) => kind === "instance");
    if (row?.kind === "instance") return row.model.label;
  }
  return undefined;
}

/** Something else in the template of the fragment needs them, too. */
function isReadOutside(
  context: RuleContext,
  { location: { path, range } }: CachedFragment,
  { name }: FragmentRead,
): boolean {
  const text = context.text(path);
  return new RegExp(`\\b${name}\\b`).test(`${text.slice(0, range.start)} ${text.slice(range.end)}`);
}
