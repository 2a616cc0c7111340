import { containsRange, type TextRange } from "../base/text-range.ts";
import type { AugAssign, Expression, Statement } from "../syntax/ast.ts";
import { targetNames } from "../syntax/name-bindings.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { forEachChild, isExpression, isStatement, type Node } from "../syntax/walk.ts";
import type { NameBinding } from "./name-binding.ts";

/** Where a name gets its value: one statement, parameter or loop of the code around an expression. */
export interface Definition {
  readonly binding: NameBinding;
  /** Where it stands: the order of definitions is that of the text. */
  readonly start: number;
  /** The value, where it is an expression of the file. */
  readonly value: Expression | undefined;
  /** False where the statement may not have run when the expression does. */
  readonly certain: boolean;
}

/** A name that is looked for, and where it is used. */
export interface NameUse {
  readonly file: SourceFile;
  readonly name: string;
  readonly use: TextRange;
  readonly path: readonly Node[];
  /** Of the scope in the path. */
  readonly depth: number;
}

/** Whether names bound in a node are its own: a function, a lambda, a comprehension. */
export function isFunctionScope(node: Node): boolean {
  if (isStatement(node)) return node.kind === "FunctionDef";
  return isExpression(node) && (node.kind === "Lambda" || node.kind === "Comprehension");
}

/** Definitions of the name in a block, in the order of the text, as far as they stand before the use. */
export function definitionsIn(
  block: readonly Statement[],
  context: NameUse,
  certain = true,
): readonly Definition[] {
  const definitions: Definition[] = [];
  for (const statement of block) {
    if (statement.start >= context.use.start) break;
    definitions.push(...definitionsBy(statement, context, certain));
  }
  return definitions;
}

function definitionsBy(statement: Statement, context: NameUse, certain: boolean): readonly Definition[] {
  return [
    ...definitionsInExpressions(statement, context, certain),
    ...definitionsAs(statement, context, certain),
  ];
}

/** `name := value` in the statement's own expressions, those of its blocks left out. */
function definitionsInExpressions(
  statement: Statement,
  { file, name, use }: NameUse,
  certain: boolean,
): readonly Definition[] {
  const definitions: Definition[] = [];
  const visit = (node: Node): void => {
    if (isStatement(node) || isFunctionScope(node) || node.start >= use.start) return;
    if (
      isExpression(node) &&
      node.kind === "NamedExpression" &&
      node.target.name === name &&
      node.end <= use.start
    ) {
      definitions.push(assignment(file, name, node, node.value, certain));
    }
    forEachChild(node, visit);
  };
  forEachChild(statement, visit);
  return definitions;
}

/** What the statement as such defines. */
function definitionsAs(statement: Statement, context: NameUse, certain: boolean): readonly Definition[] {
  const { file, name, use } = context;
  const inside = containsRange(statement, use);
  const nested = (blocks: readonly (readonly Statement[])[], always = false): readonly Definition[] =>
    blocks.flatMap((block) => definitionsIn(block, context, certain && (always || holds(block, use))));
  const unknown = (range: TextRange, known = certain): Definition => ({
    binding: { kind: "unknown", name },
    start: range.start,
    value: undefined,
    certain: known,
  });
  switch (statement.kind) {
    case "Assign": {
      if (inside) return [];
      const value = statement.targets.map((target) => valueFor(target, name, statement.value)).find(Boolean);
      if (value === undefined) return [];
      return value === "unknown" ? [unknown(statement)] : [assignment(file, name, statement, value, certain)];
    }
    case "AnnAssign":
      if (inside || statement.value === undefined || !targetNames(statement.target).includes(name)) return [];
      return [assignment(file, name, statement, statement.value, certain)];
    case "AugAssign":
      if (inside || !targetNames(statement.target).includes(name)) return [];
      return [augmented(file, name, statement, certain)];
    case "For": {
      const inLoop = holds(statement.body, use);
      const own =
        targetNames(statement.target).includes(name) && statement.iterable.end <= use.start
          ? [loopVariable(file, name, statement.target, statement.iterable, certain && inLoop)]
          : [];
      return [...own, ...nested([statement.body, statement.orElse])];
    }
    case "With": {
      const own = statement.items.flatMap(({ target }) =>
        target !== undefined && targetNames(target).includes(name) && target.end <= use.start
          ? [unknown(target)]
          : [],
      );
      return [...own, ...nested([statement.body], true)];
    }
    case "While":
    case "If":
      return nested([statement.body, statement.orElse]);
    case "Try": {
      const caught = statement.handlers.flatMap((handler) => {
        const own = handler.name?.name === name && holds(handler.body, use) ? [unknown(handler)] : [];
        return [...own, ...nested([handler.body])];
      });
      return [
        ...nested([statement.body, statement.orElse]),
        ...caught,
        ...nested([statement.finalBody], true),
      ].sort((a, b) => a.start - b.start);
    }
    case "Match":
      return statement.cases.flatMap((branch) => {
        const own = branch.bindings.find((binding) => binding.name === name);
        const inBranch = holds(branch.body, use);
        return [...(own === undefined ? [] : [unknown(own, certain && inBranch)]), ...nested([branch.body])];
      });
    case "Import":
    case "ImportFrom": {
      const alias = statement.names.find((item) => (item.alias ?? item.name.split(".")[0]) === name);
      if (alias === undefined) return [];
      const binding: NameBinding = { kind: "import", name, statement: textOf(file, statement) };
      return [{ binding, start: statement.start, value: undefined, certain }];
    }
    case "FunctionDef":
    case "ClassDef":
      return statement.name.name === name && !inside ? [unknown(statement)] : [];
    default:
      return [];
  }
}

/** The value that an assignment gives to `name`: its own for `a = …`, the matching element for `a, b = x, y`. */
function valueFor(target: Expression, name: string, value: Expression): Expression | "unknown" | undefined {
  if (target.kind === "Name") return target.name === name ? value : undefined;
  if (!targetNames(target).includes(name)) return undefined;
  const isPattern = target.kind === "TupleLiteral" || target.kind === "ListLiteral";
  const isList = value.kind === "TupleLiteral" || value.kind === "ListLiteral";
  if (!isPattern || !isList || target.elements.length !== value.elements.length) return "unknown";
  const elements = [...target.elements, ...value.elements];
  if (elements.some((element) => element.kind === "Starred")) return "unknown";
  for (const [index, element] of target.elements.entries()) {
    const part = value.elements[index];
    const found = part && valueFor(element, name, part);
    if (found !== undefined) return found;
  }
  return "unknown";
}

function assignment(
  file: SourceFile,
  name: string,
  { start }: TextRange,
  value: Expression,
  certain: boolean,
): Definition {
  return { binding: { kind: "assignment", name, expression: textOf(file, value) }, start, value, certain };
}

/** `queryset |= other` is `queryset | other` for the name's earlier value. */
function augmented(file: SourceFile, name: string, statement: AugAssign, certain: boolean): Definition {
  const { target, operator, value, start, end } = statement;
  const expression = `${name} ${operator} (${textOf(file, value)})`;
  const combined: Expression = { kind: "BinaryOperation", left: target, operator, right: value, start, end };
  return { binding: { kind: "assignment", name, expression }, start, value: combined, certain };
}

export function loopVariable(
  file: SourceFile,
  name: string,
  target: Expression,
  iterable: Expression,
  certain: boolean,
): Definition {
  const binding: NameBinding =
    target.kind === "Name"
      ? { kind: "loopVariable", name, iterable: textOf(file, iterable) }
      : { kind: "unknown", name };
  return { binding, start: target.start, value: target.kind === "Name" ? iterable : undefined, certain };
}

function holds(block: readonly Statement[], use: TextRange): boolean {
  return block.some((statement) => containsRange(statement, use));
}

export function textOf(file: SourceFile, range: TextRange): string {
  return file.text.slice(range.start, range.end);
}
