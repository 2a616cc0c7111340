import type { FunctionDef, Statement } from "../syntax/ast.ts";

/**
 * The statements of a body and of the blocks in it (branches, loops, `with`, `try`), in source order, but not those
 * of the classes and functions in it. Iterative: machine-made code nests deeper than the stack allows.
 */
export function* blockStatements(body: readonly Statement[]): Generator<Statement, void, undefined> {
  const pending: Statement[] = [];
  pushReversed(pending, body);
  for (let statement = pending.pop(); statement; statement = pending.pop()) {
    yield statement;
    switch (statement.kind) {
      case "If":
      case "For":
      case "While":
        pushReversed(pending, statement.orElse);
        pushReversed(pending, statement.body);
        break;
      case "With":
        pushReversed(pending, statement.body);
        break;
      case "Try":
        pushReversed(pending, statement.finalBody);
        pushReversed(pending, statement.orElse);
        for (const handler of statement.handlers.toReversed()) pushReversed(pending, handler.body);
        pushReversed(pending, statement.body);
        break;
      case "Match":
        for (const matchCase of statement.cases.toReversed()) pushReversed(pending, matchCase.body);
        break;
      default:
        break;
    }
  }
}

/** A cheap test before function bodies are searched for `global` statements. */
export function mentionsGlobal(text: string): boolean {
  return /^[ \t]*global\b/m.test(text);
}

/** The names that a function declares `global`. */
export function globalNames(node: FunctionDef): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of blockStatements(node.body)) {
    if (statement.kind === "Global") for (const name of statement.names) names.add(name);
  }
  return names;
}

function pushReversed(pending: Statement[], body: readonly Statement[]): void {
  for (let index = body.length - 1; index >= 0; index--) {
    const statement = body[index];
    if (statement) pending.push(statement);
  }
}
