/** The code around an expression: its file, the function it stands in, and whether it means the same elsewhere. */
import { containsRange, type Location, type TextRange } from "../../base/text-range.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression, FunctionDef, Statement } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { blocksOf } from "../../syntax/statement-walk.ts";
import { isStatement, type Node, pathTo } from "../../syntax/walk.ts";
import { clockCalls } from "../clock-calls.ts";
import type { RuleContext } from "../rule-context.ts";

export interface CodeAround {
  readonly module: Module;
  /** From the outermost node to the expression itself. */
  readonly path: readonly Node[];
  /** The innermost function. */
  readonly scope: FunctionDef;
}

/** Undefined for code outside of functions. */
export function codeAround(context: RuleContext, { path, range }: Location): CodeAround | undefined {
  const module = context.project.program.moduleOfFile(path);
  if (!module) return undefined;
  const nodes = pathTo(module.file.tree, range);
  const scope = nodes.findLast(
    (node): node is FunctionDef => isStatement(node) && node.kind === "FunctionDef" && node !== nodes.at(-1),
  );
  return scope && { module, path: nodes, scope };
}

/** Functions of Django and the standard library that give the same wherever they are called in a request. */
const pureCalls: ReadonlySet<string> = new Set([
  "django.db.models.Q",
  "django.db.models.F",
  "django.db.models.Value",
  "datetime.timedelta",
  ...clockCalls,
]);

/**
 * Whether the expression has the same value at `place`, in the same function but earlier: it is made of literals, names
 * of the module, parameters, and names that were bound once before that place.
 */
export function isAvailableAt(
  context: RuleContext,
  code: CodeAround,
  expression: Expression,
  place: TextRange,
): boolean {
  const available = (node: Expression): boolean => {
    switch (node.kind) {
      case "StringLiteral":
      case "NumberLiteral":
      case "ConstantLiteral":
        return true;
      case "Name":
        return isNameAvailable(code, node.name, place);
      case "Attribute":
        return available(node.value);
      case "UnaryOperation":
        return available(node.operand);
      case "BinaryOperation":
        return available(node.left) && available(node.right);
      case "TupleLiteral":
      case "ListLiteral":
      case "SetLiteral":
        return node.elements.every(available);
      case "Call": {
        const callee = context.project.program.resolveExpression(code.module, node.function);
        return (
          callee.kind === "external" &&
          pureCalls.has(callee.name) &&
          available(node.function) &&
          node.arguments.every(available) &&
          node.keywords.every(({ value }) => available(value))
        );
      }
      default:
        return false;
    }
  };
  return available(expression);
}

/** Written out: it means the same everywhere. */
export function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case "StringLiteral":
    case "NumberLiteral":
    case "ConstantLiteral":
      return true;
    case "UnaryOperation":
      return isConstant(expression.operand);
    case "TupleLiteral":
    case "ListLiteral":
    case "SetLiteral":
      return expression.elements.every(isConstant);
    default:
      return false;
  }
}

function isNameAvailable({ scope }: CodeAround, name: string, place: TextRange): boolean {
  const bindings = bindingsOf(scope, name);
  const [only] = bindings;
  // A name of the module, or a parameter that keeps its value.
  if (!only) return true;
  if (bindings.length > 1) return false;
  if (scope.parameters.some((parameter) => parameter.name === name)) return true;
  return (
    only.kind === "assignment" &&
    only.statement.end <= place.start &&
    blockOf(scope, only.statement)?.some((statement) => containsRange(statement, place)) === true
  );
}

/** The statements beside `statement`: its own block. */
function blockOf(scope: FunctionDef, statement: Statement): readonly Statement[] | undefined {
  let blocks: readonly (readonly Statement[])[] = [scope.body];
  for (;;) {
    const block = blocks.find((candidate) => candidate.some((inner) => containsRange(inner, statement)));
    const inner = block?.find((candidate) => containsRange(candidate, statement));
    if (!inner || inner === statement) return block;
    blocks = blocksOf(inner);
  }
}
