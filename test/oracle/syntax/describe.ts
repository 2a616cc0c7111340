import type { Expression, ModuleTree, Statement } from "../../../server/src/syntax/ast.ts";
import { forEachChild, type Node } from "../../../server/src/syntax/walk.ts";

export interface DescribeOptions {
  readonly text: string;
  /** False where CPython does not know the positions inside f-strings (before 3.12). */
  readonly insideFormattedStrings: boolean;
}

/** One line per node, parents first: kind, range and details, as `dump_ast.py` prints them from CPython's tree. */
export function describeTree(tree: ModuleTree, options: DescribeOptions): string {
  const lines: string[] = [];
  const visit = (node: Node): void => {
    const line = describeNode(node, options.text);
    if (line !== undefined) lines.push(line);
    if ("kind" in node) visitInside(node);
    else forEachChild(node, visit);
  };
  const visitInside = (node: Statement | Expression): void => {
    switch (node.kind) {
      case "FormattedString":
        // CPython merges the text of adjacent literals: only the interpolations can be compared.
        if (!options.insideFormattedStrings) return;
        for (const value of node.values) if (!isText(value, options.text)) visit(value);
        return;
      case "Import":
      case "ImportFrom":
        for (const { start, end, name, alias } of node.names) {
          lines.push(`ImportAlias ${start}-${end} ${name} ${alias ?? ""}`.trimEnd());
        }
        return;
      case "Comprehension":
        if (node.key !== undefined) visit(node.key);
        visit(node.element);
        for (const clause of node.clauses) {
          if (clause.async) lines.push("async clause");
          visit(clause.target);
          visit(clause.iterable);
          clause.conditions.forEach(visit);
        }
        return;
      default:
        forEachChild(node, visit);
    }
  };
  forEachChild(tree, visit);
  return lines.join("\n");
}

/** A literal part of an f-string, not a string in braces. */
function isText(value: Expression, text: string): boolean {
  if (value.kind !== "StringLiteral") return false;
  let before = value.start - 1;
  while (/[\s(]/.test(text.charAt(before))) before--;
  return text.charAt(before) !== "{";
}

function describeNode(node: Node, text: string): string | undefined {
  if ("kind" in node) {
    return `${node.kind} ${node.start}-${node.end} ${details(node, text)}`.trimEnd();
  }
  if ("form" in node) return `Parameter ${node.name} ${node.form}`;
  if ("bindings" in node) return `MatchCase ${node.bindings.map(({ name }) => name).join(" ")}`;
  if ("value" in node) return `Keyword ${node.start}-${node.end} ${node.name?.name ?? ""}`.trimEnd();
  return `ExceptHandler ${node.start}-${node.end} ${node.name?.name ?? ""}`.trimEnd();
}

function details(node: Statement | Expression, text: string): string {
  switch (node.kind) {
    case "FunctionDef":
      return `${node.name.name}${node.async ? " async" : ""}`;
    case "ClassDef":
    case "TypeAlias":
      return node.name.name;
    case "For":
    case "With":
      return node.async ? "async" : "";
    case "AugAssign":
    case "BinaryOperation":
    case "BooleanOperation":
    case "UnaryOperation":
      return node.operator;
    case "Comparison":
      return node.operators.join(", ");
    case "ImportFrom":
      return ".".repeat(node.level) + node.module;
    case "Global":
    case "Nonlocal":
      return node.names.join(" ");
    case "Name":
      return node.name;
    case "Attribute":
      return node.attribute.name;
    case "Comprehension":
      return node.form;
    case "ConstantLiteral":
      return node.value;
    case "NumberLiteral":
      return Number.isNaN(node.value) ? "NaN" : bitsOf(node.value);
    case "StringLiteral": {
      const value = text.slice(node.start, node.end).includes("\\N{") ? "?" : node.value;
      return jsonWithEscapes(value) + (node.bytes ? " bytes" : "");
    }
    default:
      return "";
  }
}

function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

/** As Python's `json.dumps` writes it: everything beyond ASCII as an escape. */
function jsonWithEscapes(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
