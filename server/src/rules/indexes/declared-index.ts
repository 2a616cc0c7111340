/** Where the code declares fields and indexes, for rules that change them. */
import type { Field, Index, Model } from "../../django/model-graph.ts";
import { removeItem } from "../../edits/listed-items.ts";
import type { Module } from "../../python/symbols.ts";
import type { Call, Expression, ListLiteral, TupleLiteral } from "../../syntax/ast.ts";
import { pathTo } from "../../syntax/walk.ts";
import type { FileEdit } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";

export interface DeclaredIndex {
  readonly module: Module;
  readonly call: Call;
  /** The value of the model's own `Meta.indexes`. */
  readonly list: ListLiteral | TupleLiteral;
}

/** Undefined for an index that is inherited, or that other code adds. */
export function declaredIndex(
  { project: { program } }: RuleContext,
  { meta, symbol }: Model,
  { location }: Index,
): DeclaredIndex | undefined {
  const listed = meta.indexesLocation;
  if (!location || !listed || !symbol || listed.path !== location.path) return undefined;
  const module = program.moduleOfFile(location.path);
  if (!module?.firstParty) return undefined;
  const path = pathTo(module.file.tree, location.range);
  const list = path.find(
    (node): node is ListLiteral | TupleLiteral =>
      "kind" in node &&
      (node.kind === "ListLiteral" || node.kind === "TupleLiteral") &&
      node.start === listed.range.start,
  );
  const call = list?.elements.find(
    (element): element is Call => element.kind === "Call" && element.start === location.range.start,
  );
  return list && call ? { module, call, list } : undefined;
}

/** Undefined where the list would not be one any more. */
export function removeIndex({ module, call, list }: DeclaredIndex): FileEdit | undefined {
  if (list.kind === "TupleLiteral") return undefined;
  return { path: module.file.path, ...removeItem(module.file.text, list.elements, call) };
}

export interface DeclaredField {
  readonly module: Module;
  readonly call: Call;
}

/** The call that makes the field in the model's own class. */
export function declaredField(
  { project: { program } }: RuleContext,
  model: Model,
  { declaredIn, location }: Field,
): DeclaredField | undefined {
  const module = location && program.moduleOfFile(location.path);
  if (!location || !module?.firstParty || declaredIn !== model.label) return undefined;
  for (const node of pathTo(module.file.tree, location.range)) {
    if (!("kind" in node) || (node.kind !== "Assign" && node.kind !== "AnnAssign")) continue;
    if (node.value?.kind === "Call") return { module, call: node.value };
  }
  return undefined;
}

export function keywordOf({ keywords }: Call, name: string): Expression | undefined {
  return keywords.find((keyword) => keyword.name?.name === name)?.value;
}

export function isTrue(value: Expression | undefined): boolean {
  return value?.kind === "ConstantLiteral" && value.value === "True";
}

export function isFalse(value: Expression | undefined): boolean {
  return value?.kind === "ConstantLiteral" && value.value === "False";
}
