/** Columns that the code hides right after it has made a table: `table.columns.hide("project")`, `table.exclude = …`. */
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { Expression, Statement } from "../../syntax/ast.ts";
import { innerBlocks } from "../../syntax/statement-walk.ts";

/**
 * Names of the columns that are not rendered, whatever way the code takes from there. Empty where the table does not
 * get a name of its own.
 *
 * @param construction the call that makes the table, in the function that is interpreted
 */
export function columnsHiddenLater(interpreter: Interpreter, construction: Expression): ReadonlySet<string> {
  const { statement } = interpreter.state.frame;
  const [target] = statement?.kind === "Assign" ? statement.targets : [];
  const maker = [...interpreter.active].at(-1);
  const hidden = new Set<string>();
  if (statement?.kind !== "Assign" || statement.value !== construction || target?.kind !== "Name")
    return hidden;
  if (maker?.kind !== "FunctionDef") return hidden;
  for (const later of statementsBehind(maker.body, statement)) {
    for (const [name, isHidden] of changesOf(later, target.name)) {
      if (isHidden) hidden.add(name);
      else hidden.delete(name);
    }
  }
  return hidden;
}

/** What runs behind the statement in any case: the rest of its block, and of the blocks around it. */
function statementsBehind(body: readonly Statement[], statement: Statement): readonly Statement[] {
  for (const [index, candidate] of body.entries()) {
    const rest = body.slice(index + 1);
    if (candidate === statement) return rest;
    for (const block of innerBlocks(candidate)) {
      if (contains(block, statement)) return [...statementsBehind(block, statement), ...rest];
    }
  }
  return [];
}

function contains(body: readonly Statement[], statement: Statement): boolean {
  return body.some(
    (candidate) =>
      candidate === statement || innerBlocks(candidate).some((block) => contains(block, statement)),
  );
}

/** Which columns of the table the statement hides, and which it shows. */
function changesOf(statement: Statement, table: string): readonly (readonly [string, boolean])[] {
  switch (statement.kind) {
    case "With":
      return statement.body.flatMap((inner) => changesOf(inner, table));
    case "ExpressionStatement":
      return columnOfCall(statement.value, table);
    case "AugAssign":
      return isAttribute(statement.target, table, "exclude") ? hiddenBy(statement.value) : [];
    case "Assign": {
      const [target] = statement.targets;
      if (!target) return [];
      if (isAttribute(target, table, "exclude")) return hiddenBy(statement.value);
      return columnMadeVisible(target, statement.value, table);
    }
    default:
      return [];
  }
}

/** `table.columns.hide("project")` */
function columnOfCall(node: Expression, table: string): readonly (readonly [string, boolean])[] {
  if (node.kind !== "Call" || node.function.kind !== "Attribute") return [];
  const { attribute, value } = node.function;
  const [name] = node.arguments;
  if (!isAttribute(value, table, "columns") || name?.kind !== "StringLiteral") return [];
  if (attribute.name !== "hide" && attribute.name !== "show") return [];
  return [[name.value, attribute.name === "hide"]];
}

/** `table.columns["project"].visible = False`, also by way of `column` */
function columnMadeVisible(
  target: Expression,
  value: Expression,
  table: string,
): readonly (readonly [string, boolean])[] {
  if (target.kind !== "Attribute" || target.attribute.name !== "visible") return [];
  const column = isNamed(target.value, "column") ? target.value.value : target.value;
  if (column.kind !== "Subscript" || !isAttribute(column.value, table, "columns")) return [];
  const isConstant = value.kind === "ConstantLiteral" && (value.value === "False" || value.value === "True");
  return isConstant && column.index.kind === "StringLiteral"
    ? [[column.index.value, value.value === "False"]]
    : [];
}

function hiddenBy(names: Expression): readonly (readonly [string, boolean])[] {
  const isList = names.kind === "TupleLiteral" || names.kind === "ListLiteral" || names.kind === "SetLiteral";
  return isList
    ? names.elements.flatMap((name) => (name.kind === "StringLiteral" ? [[name.value, true] as const] : []))
    : [];
}

function isNamed(node: Expression, name: string): node is Expression & { readonly kind: "Attribute" } {
  return node.kind === "Attribute" && node.attribute.name === name;
}

function isAttribute(node: Expression, table: string, name: string): boolean {
  return isNamed(node, name) && node.value.kind === "Name" && node.value.name === table;
}
