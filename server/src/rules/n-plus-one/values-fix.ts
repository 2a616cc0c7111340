/** `values("title", "project__name")` in place of rows, where a loop reads columns only. */
import type { TextRange } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import { isToOne } from "../../django/model-graph.ts";
import { plainColumns } from "../../django/plain-columns.ts";
import { extendQuerysetChain, quoteOf } from "../../edits/queryset-chain.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { RelationRead } from "../../interpret/facts.ts";
import { isExtensible, type OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { isTarget } from "../../syntax/assignment-targets.ts";
import type { Attribute, Expression, Name } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isExpression, isStatement, pathTo } from "../../syntax/walk.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { type CodeAround, codeAround } from "./code-around.ts";
import { parentOf, usesOf } from "./consumer.ts";

/** `task.project.name`, and what `values()` calls it. */
interface ColumnRead {
  readonly node: Attribute;
  readonly lookup: string;
  /** A row on the way may be missing: its columns are None then, where the attribute would raise. */
  readonly optional: boolean;
}

/**
 * The rows become dictionaries of the columns that are read. Undefined where a row is used for anything else, where
 * something but one loop of this function sees the rows, or where a column's attribute is not its value.
 */
export function valuesFix(
  context: RuleContext,
  site: OriginSite,
  queryset: Queryset,
  reads: readonly RelationRead[],
): Fix | undefined {
  if (!isExtensible(site) || !givesPlainRows(queryset)) return undefined;
  const code = codeAround(context, site.location);
  const target = code && loopTarget(code, site.node);
  if (!target || !reads.every(({ location }) => location.path === site.location.path)) return undefined;
  const columns = columnReads(context, code, target, queryset.model);
  // What the finding is about has to be among them.
  if (!columns || !reads.every(({ node }) => columns.some((column) => isInside(column.node, node)))) {
    return undefined;
  }
  const { text } = code.module.file;
  const quote = quoteOf(text, site.node);
  const lookups = [...new Set(columns.map(({ lookup }) => lookup))];
  const chain = extendQuerysetChain(text, site, {
    additions: [],
    code: [{ method: "values", arguments: lookups.map((lookup) => quote + lookup + quote) }],
    columnsForOnly: [],
    managerName: site.kind === "model" ? queryset.model.defaultManager : undefined,
    chunkedIterator: false,
  });
  if (!chain) return undefined;
  const edits: readonly TextEdit[] = [
    ...chain,
    ...columns.map(({ node, lookup }) => ({
      range: { start: node.start, end: node.end },
      newText: `${target.name}[${quotedIn(code, node, lookup, quote)}]`,
    })),
  ];
  const condition = columns.some(({ optional }) => optional) ? " (None where a row is missing)" : "";
  return {
    title: `Read these columns only: values(${lookups.map((lookup) => `"${lookup}"`).join(", ")})${condition}`,
    // Rows that are dictionaries have no attributes: code that is added to the loop meets a surprise.
    safety: "unsafe",
    preferred: false,
    edits: edits.map((edit) => ({ path: site.location.path, ...edit })),
  };
}

function givesPlainRows(queryset: Queryset): boolean {
  const { rows, load, select, prefetch, annotations } = queryset;
  const isRefined =
    queryset.combined ||
    queryset.united ||
    queryset.unknownOperations ||
    queryset.locksRows ||
    queryset.streamed;
  return (
    rows === "instances" &&
    load.kind === "all" &&
    select.may.size === 0 &&
    prefetch.size === 0 &&
    annotations.size === 0 &&
    !queryset.selectsAllNonNull &&
    !queryset.loadsComputedPaths &&
    !isRefined
  );
}

/** The variable of the one loop over the rows, which stand in its header or are assigned to a name for it. */
function loopTarget(code: CodeAround, rows: Expression): Name | undefined {
  const holder = parentOf(code, rows);
  if (holder === undefined) return undefined;
  let iterable = rows;
  if (isStatement(holder) && holder.kind === "Assign") {
    const [name, ...others] = holder.targets;
    if (name?.kind !== "Name" || others.length > 0 || bindingsOf(code.scope, name.name).length > 1)
      return undefined;
    const [use, ...more] = usesOf(code, name.name).filter((candidate) => candidate !== name);
    if (!use || more.length > 0) return undefined;
    iterable = use;
  }
  const loop = parentOf(code, iterable);
  if (loop === undefined) return undefined;
  const target =
    isStatement(loop) && loop.kind === "For" && loop.iterable === iterable
      ? loop.target
      : isExpression(loop) && loop.kind === "Comprehension"
        ? loop.clauses.find((clause) => clause.iterable === iterable)?.target
        : undefined;
  if (target?.kind !== "Name" || usesOf(code, "locals").length > 0) return undefined;
  return target;
}

/** All uses of the row; undefined where one of them is something else than reading a column. */
function columnReads(
  context: RuleContext,
  code: CodeAround,
  target: Name,
  model: Model,
): readonly ColumnRead[] | undefined {
  const reads: ColumnRead[] = [];
  for (const use of usesOf(code, target.name)) {
    if (use === target) continue;
    const read = columnRead(context, code, use, model);
    if (!read) return undefined;
    reads.push(read);
  }
  return reads;
}

function columnRead(
  { project }: RuleContext,
  code: CodeAround,
  row: Expression,
  model: Model,
): ColumnRead | undefined {
  let current: Model | undefined = model;
  let node = row;
  const lookup: string[] = [];
  let optional = false;
  while (current) {
    const parent = parentOf(code, node);
    if (!parent || !isExpression(parent) || parent.kind !== "Attribute" || parent.value !== node)
      return undefined;
    const { name } = parent.attribute;
    node = parent;
    const relation = current.relations.get(name);
    if (!relation) {
      lookup.push(name);
      return isPlainColumn(current, name) && !isTarget(parent, parentOf(code, parent))
        ? { node: parent, lookup: lookup.join("__"), optional }
        : undefined;
    }
    if (!isToOne(relation) || relation.target === undefined) return undefined;
    lookup.push(relation.queryName);
    optional ||= relation.kind === "reverseOneToOne" || relation.field.null;
    current = project.models.model(relation.target);
  }
  return undefined;
}

/** The foreign keys themselves: `task.project_id`. */
const keyFields: ReadonlySet<string> = new Set(["ForeignKey", "OneToOneField"]);

function isPlainColumn({ fields }: Model, name: string): boolean {
  if (name === "pk") return true;
  const field = [...fields.values()].find(({ attributeName }) => attributeName === name);
  return field !== undefined && (plainColumns.has(field.className) || keyFields.has(field.className));
}

/** Before Python 3.12, the quotation mark of an f-string cannot stand in its expressions. */
function quotedIn({ module }: CodeAround, node: Expression, lookup: string, quote: '"' | "'"): string {
  const strings = pathTo(module.file.tree, node).filter(
    (around) => isExpression(around) && around.kind === "FormattedString",
  );
  const taken = strings.map(
    ({ start, end }: TextRange) => /["']/.exec(module.file.text.slice(start, end))?.[0],
  );
  const used = taken.includes(quote) ? (quote === '"' ? "'" : '"') : quote;
  return used + lookup + used;
}

function isInside(outer: TextRange, inner: TextRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
