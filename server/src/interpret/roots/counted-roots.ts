/** Roots whose queries are all of interest, because they run with every request, or when a module is imported. */
import type { FunctionSymbol } from "../../python/symbols.ts";
import type { QueriesOfRoot } from "../facts.ts";
import type { Interpreter } from "../interpreter.ts";
import { QueryCounts } from "../query-counts.ts";

const middlewareMethods: ReadonlySet<string> = new Set([
  "__call__",
  "process_request",
  "process_response",
  "process_template_response",
  "process_view",
]);

/** Which middleware is in use, the settings say. */
export function runsWithEveryRequest(
  { templates }: Interpreter,
  { module, owner, name, qualifiedName, node }: FunctionSymbol,
): boolean {
  if (owner) return middlewareMethods.has(name) && node.parameters[1]?.name === "request";
  return templates.contextProcessors.includes(`${module.name}.${qualifiedName}`);
}

/**
 * Runs a root and records what it sends. Results of calls are kept apart: those of other roots do not tell what the
 * calls send.
 */
export function countingQueries(
  interpreter: Interpreter,
  when: QueriesOfRoot["when"],
  run: () => boolean,
): boolean {
  if (interpreter.queryCounts) return run();
  const { callResults } = interpreter;
  const queryCounts = new QueryCounts();
  interpreter.queryCounts = queryCounts;
  interpreter.callResults = interpreter.countedCallResults;
  try {
    const done = run();
    const queries = queryCounts.take();
    if (queries.length > 0) {
      interpreter.record({ kind: "queriesOfRoot", root: interpreter.state.root, when, queries });
    }
    return done;
  } finally {
    interpreter.queryCounts = undefined;
    interpreter.callResults = callResults;
  }
}
