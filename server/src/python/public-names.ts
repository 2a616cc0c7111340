import type { AnnAssign, Assign, AugAssign, Expression } from "../syntax/ast.ts";
import { nameChain } from "./name-chain.ts";
import type { PublicNames } from "./outline.ts";

/**
 * Reads `__all__` in the forms that the typing documentation asks checkers to understand, from the statements of a
 * module in order. Once a form is not understood the list says nothing, and all names without underscore are public.
 */
export class PublicNamesReader {
  private parts: PublicNames[] | undefined;
  private understood = true;

  result(): readonly PublicNames[] | undefined {
    return this.understood ? this.parts : undefined;
  }

  assign(statement: Assign): void {
    if (!statement.targets.some(isAll)) return;
    this.parts = [];
    this.add(statement.value);
  }

  annotate(statement: AnnAssign): void {
    if (!isAll(statement.target) || !statement.value) return;
    this.parts = [];
    this.add(statement.value);
  }

  augment(statement: AugAssign): void {
    if (isAll(statement.target)) this.add(statement.value);
  }

  /** `__all__.append(…)`, `.extend(…)`, `.remove(…)` */
  call(expression: Expression): void {
    if (expression.kind !== "Call" || expression.function.kind !== "Attribute") return;
    if (!isAll(expression.function.value)) return;
    const [argument] = expression.arguments;
    switch (expression.function.attribute.name) {
      case "append":
        if (argument?.kind === "StringLiteral") this.push({ kind: "names", names: [argument.value] });
        else this.understood = false;
        return;
      case "extend":
        if (argument) this.add(argument);
        return;
      case "remove":
        // A name too many does less harm than a list too short.
        return;
      default:
        this.understood = false;
    }
  }

  private add(value: Expression): void {
    switch (value.kind) {
      case "ListLiteral":
      case "TupleLiteral":
        this.addElements(value.elements);
        return;
      case "BinaryOperation":
        if (value.operator !== "+") break;
        this.add(value.left);
        this.add(value.right);
        return;
      case "Attribute": {
        const module = value.attribute.name === "__all__" ? nameChain(value.value) : undefined;
        if (!module) break;
        this.push({ kind: "sameAs", module });
        return;
      }
      case "Call": {
        // `list(views.__all__)`
        const [argument] = value.arguments;
        const called = nameChain(value.function)?.join(".");
        if (!argument || (called !== "list" && called !== "tuple")) break;
        this.add(argument);
        return;
      }
      default:
        break;
    }
    this.understood = false;
  }

  private addElements(elements: readonly Expression[]): void {
    const names: string[] = [];
    for (const element of elements) {
      if (element.kind === "StringLiteral") names.push(element.value);
      else if (element.kind === "Starred") this.add(element.value);
      else this.understood = false;
    }
    this.push({ kind: "names", names });
  }

  private push(part: PublicNames): void {
    this.parts ??= [];
    this.parts.push(part);
  }
}

function isAll(expression: Expression): boolean {
  return expression.kind === "Name" && expression.name === "__all__";
}
