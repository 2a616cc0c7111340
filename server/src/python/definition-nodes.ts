import type { ClassDef, Expression, FunctionDef } from "../syntax/ast.ts";
import type { ModuleOutline } from "./outline.ts";

/** What the outline leaves out: the nodes behind a definition of one file version. */
export type DefinitionNode = ClassDef | FunctionDef | VariableNode;

export interface VariableNode {
  readonly kind: "Variable";
  /** Every value assigned in the scope, in source order; an `InvalidExpression` where it is not an expression. */
  readonly values: readonly Expression[];
  readonly annotation: Expression | undefined;
}

export interface FileOutline {
  readonly outline: ModuleOutline;
  /** By the `index` of the outline's definitions. */
  readonly nodes: readonly DefinitionNode[];
}
