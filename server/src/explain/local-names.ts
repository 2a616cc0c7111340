import { containsRange, type TextRange } from "../base/text-range.ts";
import type {
  AugAssign,
  ClassDef,
  Comprehension,
  ComprehensionClause,
  Expression,
  FunctionDef,
  Lambda,
  Statement,
} from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { isExpression, isStatement, type Node, pathTo } from "../syntax/walk.ts";
import { freeNames, targetNames } from "./free-names.ts";
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

const limit = 50;

/** What the code around `expression` tells about its names, in the order in which Python would run it. */
export function bindingsOf(file: SourceFile, expression: Expression): readonly NameBinding[] {
  const found = new Map<string, Definition>();
  const follow = (from: Expression, names: readonly string[]): void => {
    for (const name of names) {
      const definition = definitionOf(file, name, from);
      if (definition === undefined || found.has(identityOf(definition)) || found.size >= limit) continue;
      found.set(identityOf(definition), definition);
      if (definition.value !== undefined) follow(definition.value, freeNames(definition.value));
    }
  };
  follow(expression, freeNames(expression));
  if (freeNames(expression).includes("super")) followReceiver(file, expression, found);
  return [...found.values()].sort((a, b) => a.start - b.start).map(({ binding }) => binding);
}

/** One statement may define several names. */
function identityOf({ start, binding }: Definition): string {
  return `${start}:${binding.name}`;
}

/** `super()` without arguments uses the first parameter of the method. */
function followReceiver(file: SourceFile, expression: Expression, found: Map<string, Definition>): void {
  const functions = pathTo(file.tree, expression).filter(
    (node): node is FunctionDef => isStatement(node) && node.kind === "FunctionDef",
  );
  const receiver = functions.at(-1)?.parameters[0];
  const definition = receiver && definitionOf(file, receiver.name, expression);
  if (definition !== undefined) found.set(identityOf(definition), definition);
}

/**
 * The definition of a name that `use` sees: of the function, lambda, comprehension or class around it.
 * Undefined for names of the module and builtins.
 */
export function definitionOf(file: SourceFile, name: string, use: TextRange): Definition | undefined {
  const path = pathTo(file.tree, use);
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const scope = path[depth];
    if (scope === undefined || !isScope(scope)) continue;
    // Names of a class are visible in its own body only.
    if (scope.kind === "ClassDef" && path.slice(depth + 1).some(isFunctionScope)) continue;
    const context: Context = { file, name, use, path, depth };
    const definition = definitionIn(scope, context);
    if (definition !== undefined) return definition;
  }
  return undefined;
}

interface Context {
  readonly file: SourceFile;
  readonly name: string;
  readonly use: TextRange;
  readonly path: readonly Node[];
  /** Of the scope in the path. */
  readonly depth: number;
}

type Scope = FunctionDef | ClassDef | Lambda | Comprehension;

function isScope(node: Node): node is Scope {
  return isFunctionScope(node) || (isStatement(node) && node.kind === "ClassDef");
}

function isFunctionScope(node: Node): boolean {
  if (isStatement(node)) return node.kind === "FunctionDef";
  return isExpression(node) && (node.kind === "Lambda" || node.kind === "Comprehension");
}

function definitionIn(scope: Scope, context: Context): Definition | undefined {
  const { name, use, file } = context;
  switch (scope.kind) {
    case "Comprehension": {
      const clause = visibleClauses(scope, use).findLast(({ target }) => targetNames(target).includes(name));
      return clause && loopVariable(file, name, clause.target, clause.iterable, true);
    }
    case "Lambda":
      return parameterOf(scope, context);
    case "ClassDef":
      return lastDefinition(definitionsIn(scope.body, context));
    case "FunctionDef": {
      if (use.start < scope.bodyRange.start) return undefined;
      return lastDefinition(definitionsIn(scope.body, context)) ?? parameterOf(scope, context);
    }
  }
}

/** The loops of a comprehension whose variables an expression in it sees. */
function visibleClauses({ clauses }: Comprehension, use: TextRange): readonly ComprehensionClause[] {
  const own = clauses.findIndex(({ iterable, conditions }) =>
    [iterable, ...conditions].some((part) => containsRange(part, use)),
  );
  const clause = clauses[own];
  if (clause === undefined) return clauses;
  return clauses.slice(0, containsRange(clause.iterable, use) ? own : own + 1);
}

/** The last that certainly ran; where none did, the last that may have. */
function lastDefinition(definitions: readonly Definition[]): Definition | undefined {
  return definitions.findLast(({ certain }) => certain) ?? definitions.at(-1);
}

function parameterOf(
  scope: FunctionDef | Lambda,
  { file, name, path, depth }: Context,
): Definition | undefined {
  const parameter = scope.parameters.find((candidate) => candidate.name === name);
  if (parameter === undefined) return undefined;
  const at = { start: parameter.start, value: undefined, certain: true };
  const owner = path[depth - 1];
  const isMethod = owner !== undefined && isStatement(owner) && owner.kind === "ClassDef";
  if (
    scope.kind === "FunctionDef" &&
    isMethod &&
    parameter === scope.parameters[0] &&
    !isDecorated(scope, "staticmethod")
  ) {
    const className = qualifiedName(path.slice(0, depth));
    const isClass = isDecorated(scope, "classmethod") || scope.name.name === "__init_subclass__";
    return { ...at, binding: { kind: "receiver", name, class: className, isClass } };
  }
  const annotation = parameter.annotation && textOf(file, parameter.annotation);
  return { ...at, binding: { kind: "parameter", name, annotation } };
}

function isDecorated(node: FunctionDef, decorator: string): boolean {
  return node.decorators.some((candidate) => candidate.kind === "Name" && candidate.name === decorator);
}

function qualifiedName(path: readonly Node[]): string {
  const names = path.filter((node): node is ClassDef => isStatement(node) && node.kind === "ClassDef");
  return names.map((node) => node.name.name).join(".");
}

/** Definitions of the name in a block, in the order of the text, as far as they stand before the use. */
function definitionsIn(block: readonly Statement[], context: Context, certain = true): readonly Definition[] {
  const definitions: Definition[] = [];
  for (const statement of block) {
    if (statement.start >= context.use.start) break;
    definitions.push(...definitionsBy(statement, context, certain));
  }
  return definitions;
}

function definitionsBy(statement: Statement, context: Context, certain: boolean): readonly Definition[] {
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

function loopVariable(
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
