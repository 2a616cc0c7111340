import { compact } from "../base/compact.ts";
import type { TextRange } from "../base/text-range.ts";
import type { Comment, ModuleTree } from "./ast.ts";
import { type FlatTree, NodeFlag } from "./flat-tree.ts";
import { Kind, kindCount } from "./grammar.ts";
import { postfixOperations, sliceExpressions } from "./lower-call.ts";
import { collectionExpressions } from "./lower-collection.ts";
import { compoundStatements } from "./lower-compound-statement.ts";
import { definitionStatements } from "./lower-definition.ts";
import { importStatements } from "./lower-import.ts";
import { matchStatements } from "./lower-match.ts";
import { operatorOperations, simpleExpressions } from "./lower-simple-expression.ts";
import { simpleStatements } from "./lower-simple-statement.ts";
import { lowerError, lowerStatements } from "./lower-statement.ts";
import { stringExpressions } from "./lower-string.ts";
import { Lowering, type LoweringTables } from "./lowering.ts";
import type { NameTable } from "./name-table.ts";

const tables: LoweringTables = {
  expressions: byKind(simpleExpressions, collectionExpressions, stringExpressions, sliceExpressions),
  operations: byKind(operatorOperations, postfixOperations),
  statements: byKind(
    simpleStatements,
    importStatements,
    compoundStatements,
    definitionStatements,
    matchStatements,
  ),
};

function byKind<L>(...groups: readonly Readonly<Record<string, L>>[]): readonly (L | undefined)[] {
  const table = new Array<L | undefined>(kindCount).fill(undefined);
  for (const group of groups) {
    for (const [name, lower] of Object.entries(group)) {
      const kind = (Kind as Readonly<Record<string, number>>)[name];
      if (kind === undefined) throw new Error(`no node kind ${name}`);
      table[kind] = lower;
    }
  }
  return table;
}

/** Makes the tree of a file from the columns of its concrete syntax tree. Never fails: see `Invalid…` in `ast.ts`. */
export function lowerModule(
  text: string,
  tree: FlatTree,
  names: NameTable,
  errorsBefore: readonly TextRange[],
): ModuleTree {
  const lowering = new Lowering(text, tree, tables, names);
  const body = lowering.kindOf(0) === Kind.ERROR ? lowerError(lowering, 0) : lowerStatements(lowering, 0);
  const { comments, errors } = commentsAndErrors(lowering, tree.size);
  return { body, comments, errors: inOrder([...errorsBefore, ...errors, ...lowering.errors]) };
}

function commentsAndErrors(
  c: Lowering,
  size: number,
): { readonly comments: readonly Comment[]; readonly errors: readonly TextRange[] } {
  const comments: Comment[] = [];
  const errors: TextRange[] = [];
  let afterError = 0;
  for (let node = 0; node < size; node++) {
    const kind = c.kindOf(node);
    if (kind === Kind.comment) {
      comments.push({ start: c.startOf(node), end: c.endOf(node), text: c.textOf(node) });
    } else if (
      node >= afterError &&
      (kind === Kind.ERROR || ((c.flags[node] ?? 0) & NodeFlag.missing) !== 0)
    ) {
      errors.push({ start: c.startOf(node), end: c.endOf(node) });
      afterError = c.after(node);
    }
  }
  return { comments: compact(comments), errors: compact(errors) };
}

function inOrder(ranges: readonly TextRange[]): readonly TextRange[] {
  if (ranges.length < 2) return compact(ranges);
  return ranges
    .toSorted((a, b) => a.start - b.start || a.end - b.end)
    .filter(
      ({ start, end }, index, sorted) => start !== sorted[index - 1]?.start || end !== sorted[index - 1]?.end,
    );
}
