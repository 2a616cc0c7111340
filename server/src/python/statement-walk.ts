import type { FunctionDef, Statement } from "../syntax/ast.ts";

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
    switch (statement.kind) {
      case "If":
      case "For":
      case "While":
        if (someBlockStatement(statement.body, visit) || someBlockStatement(statement.orElse, visit))
          return true;
        break;
      case "With":
        if (someBlockStatement(statement.body, visit)) return true;
        break;
      case "Try":
        if (someBlockStatement(statement.body, visit)) return true;
        for (const handler of statement.handlers) if (someBlockStatement(handler.body, visit)) return true;
        if (someBlockStatement(statement.orElse, visit)) return true;
        if (someBlockStatement(statement.finalBody, visit)) return true;
        break;
      case "Match":
        for (const matchCase of statement.cases) if (someBlockStatement(matchCase.body, visit)) return true;
        break;
      default:
        break;
    }
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
      return [];
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
