import type { FunctionDef, Statement } from "./ast.ts";

/**
 * Calls `visit` for the statements of a body and of the blocks in it (branches, loops, `with`, `try`), in source
 * order, but not for those of the classes and functions in it. Stops and answers true when `visit` does.
 * Recursive: the tree's depth is limited when it is made.
 */
export function someBlockStatement(
  body: readonly Statement[],
  visit: (statement: Statement) => boolean | undefined,
): boolean {
  for (const statement of body) {
    if (visit(statement)) return true;
    for (const block of innerBlocks(statement)) if (someBlockStatement(block, visit)) return true;
  }
  return false;
}

export function forEachBlockStatement(
  body: readonly Statement[],
  visit: (statement: Statement) => void,
): void {
  someBlockStatement(body, (statement) => {
    visit(statement);
    return false;
  });
}

const noBlocks: readonly (readonly Statement[])[] = [];

/** The blocks of a compound statement, the one after its head first; none for a simple statement. */
export function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  const isDefinition = statement.kind === "FunctionDef" || statement.kind === "ClassDef";
  return isDefinition ? [statement.body] : innerBlocks(statement);
}

/** The blocks of statements directly in a compound statement, but not those of a class or function. */
export function innerBlocks(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case "If":
    case "For":
    case "While":
      return [statement.body, statement.orElse];
    case "With":
      return [statement.body];
    case "Try":
      return [
        statement.body,
        ...statement.handlers.map(({ body }) => body),
        statement.orElse,
        statement.finalBody,
      ];
    case "Match":
      return statement.cases.map(({ body }) => body);
    default:
      return noBlocks;
  }
}

/** A cheap test before function bodies are searched for `global` statements. */
export function mentionsGlobal(text: string): boolean {
  return text.includes("global ") && /^[ \t]*global\b/m.test(text);
}

/** The names that a function declares `global`. */
export function globalNames(node: FunctionDef): ReadonlySet<string> {
  const names = new Set<string>();
  forEachBlockStatement(node.body, (statement) => {
    if (statement.kind === "Global") for (const name of statement.names) names.add(name);
  });
  return names;
}
