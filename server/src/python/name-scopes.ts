import { containsRange, type TextRange } from "../base/text-range.ts";
import type { ClassDef, Comprehension, ComprehensionClause, FunctionDef, Lambda } from "../syntax/ast.ts";
import { targetNames } from "../syntax/name-bindings.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { isStatement, type Node, pathTo } from "../syntax/walk.ts";
import {
  type Definition,
  definitionsIn,
  isFunctionScope,
  loopVariable,
  type NameUse,
  textOf,
} from "./name-definition.ts";

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
    const context: NameUse = { file, name, use, path, depth };
    const definition = definitionIn(scope, context);
    if (definition !== undefined) return definition;
  }
  return undefined;
}

type Scope = FunctionDef | ClassDef | Lambda | Comprehension;

function isScope(node: Node): node is Scope {
  return isFunctionScope(node) || (isStatement(node) && node.kind === "ClassDef");
}

function definitionIn(scope: Scope, context: NameUse): Definition | undefined {
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
  { file, name, path, depth }: NameUse,
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
