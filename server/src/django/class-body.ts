/** What stands directly in a class's body: assignments, methods, nested classes, branches included. */
import type { TextRange } from "../base/text-range.ts";
import type { ClassSymbol } from "../python/symbols.ts";
import type { Expression, Statement } from "../syntax/ast.ts";

export interface ClassAttribute {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly value: Expression;
  /** It stands in a branch and may not be set. */
  readonly conditional: boolean;
}

export interface ClassBody {
  /** In source order. */
  readonly attributes: readonly ClassAttribute[];
  /** Every name that the body binds, methods and nested classes included. */
  readonly names: ReadonlySet<string>;
  /** The body makes attributes in a way that can't be followed: `locals()[name] = …`, `vars()`. */
  readonly dynamic: boolean;
}

const bodies = new WeakMap<ClassSymbol["node"], ClassBody>();

export function classBody(symbol: ClassSymbol): ClassBody {
  const known = bodies.get(symbol.node);
  if (known) return known;
  const attributes: ClassAttribute[] = [];
  const names = new Set<string>();
  let dynamic = false;

  function add(target: Expression, value: Expression, conditional: boolean): void {
    if (target.kind === "Name") {
      names.add(target.name);
      attributes.push({ name: target.name, nameRange: target, value, conditional });
    } else if (target.kind === "Subscript" && target.value.kind === "Call") {
      dynamic = true;
    } else if (target.kind === "TupleLiteral" || target.kind === "ListLiteral") {
      for (const element of target.elements) if (element.kind === "Name") names.add(element.name);
    }
  }

  function visit(statements: readonly Statement[], conditional: boolean): void {
    for (const statement of statements) {
      switch (statement.kind) {
        case "Assign":
          for (const target of statement.targets) add(target, statement.value, conditional);
          break;
        case "AnnAssign":
          if (statement.value) add(statement.target, statement.value, conditional);
          break;
        case "FunctionDef":
        case "ClassDef":
          names.add(statement.name.name);
          break;
        case "If":
          visit(statement.body, true);
          visit(statement.orElse, true);
          break;
        case "Try":
          visit(statement.body, conditional);
          for (const handler of statement.handlers) visit(handler.body, true);
          visit(statement.orElse, conditional);
          visit(statement.finalBody, conditional);
          break;
        case "With":
          visit(statement.body, conditional);
          break;
        case "For":
        case "While":
          visit(statement.body, true);
          break;
        case "ExpressionStatement":
          if (isNamespaceChange(statement.value)) dynamic = true;
          break;
        default:
          break;
      }
    }
  }

  visit(symbol.node.body, false);
  const body: ClassBody = { attributes, names, dynamic };
  bodies.set(symbol.node, body);
  return body;
}

/** `locals().update(…)`, `vars().setdefault(…)`, `exec(…)` */
function isNamespaceChange(expression: Expression): boolean {
  if (expression.kind !== "Call") return false;
  const callee = expression.function;
  if (callee.kind === "Name") return callee.name === "exec";
  if (callee.kind !== "Attribute" || callee.value.kind !== "Call") return false;
  const inner = callee.value.function;
  return inner.kind === "Name" && (inner.name === "locals" || inner.name === "vars");
}
