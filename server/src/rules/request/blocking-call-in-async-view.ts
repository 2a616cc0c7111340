import { type ImportedName, importName } from "../../edits/imports.ts";
import type { BlockingCall, BlockingOperation, FactContext } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Call, Name } from "../../syntax/ast.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { usesOf } from "../writes/syntax-queries.ts";
import { blockingPlaces } from "./blocking-places.ts";
import { awaitedCacheCall, cacheCallsInCoroutines } from "./cache-calls-in-coroutines.ts";
import { nameOfCall } from "./request-finding.ts";

export const blockingCallInAsyncView: FactRule = {
  kind: "facts",
  code: "QS410",
  name: "blocking-call-in-async-view",
  summary: "A coroutine calls something that blocks the event loop, and all other requests with it",
  level: "warning",
  fix: "safe",
  stage: 2,
  run(context) {
    const blocking = blockingPlaces(context, ...operations).flatMap((place) => {
      const fact = place.all.find((each) => each.inCoroutine && servesRequests(each));
      if (!fact || !place.isOwn) return [];
      const fixes = fact.operation === "sleep" ? sleepFixes(context, fact) : [];
      const finding = findingOf(fact, place, helpOf(fact), fixes);
      // A disk answers soon.
      return [fact.operation === "file" ? { ...finding, level: lowered(finding.level) } : finding];
    });
    const cached = cacheCallsInCoroutines(context)
      .filter(servesRequests)
      .map((call) => ({
        ...findingOf(call, call, awaitTheCache, awaitedCacheCall(context, call)),
        level: lowered(blockingCallInAsyncView.level),
      }));
    return [...blocking, ...cached];
  },
};

const operations: readonly BlockingOperation[] = [
  "archive",
  "document",
  "email",
  "file",
  "future",
  "http",
  "image",
  "parsing",
  "process",
  "sleep",
  "storage",
];

/** Commands and tasks have the event loop for themselves. */
function servesRequests({ root: { context } }: FactContext): boolean {
  return context === "request" || context === "admin" || context === "other" || context === "signal";
}

const awaitTheCache = 'Await the method with an "a" in front of its name, or call it with sync_to_async().';

function findingOf(
  fact: FactContext & { readonly node: Call },
  { location, symbol }: Pick<FactContext, "location" | "symbol">,
  help: string,
  fixes: readonly Fix[],
): Finding {
  const name = symbol.slice(symbol.lastIndexOf(".") + 1);
  // Nothing says what else the loop of a coroutine has to do that no request is known to lead to.
  const isOfRequests = fact.root.context !== "other";
  const others = isOfRequests ? "every other request of the process" : "whatever else it runs";
  return {
    ...findingBase(blockingCallInAsyncView),
    remedy: "blocking-call",
    confidence: isOfRequests ? "high" : "medium",
    message: `"${nameOfCall(fact.node)}()" blocks the event loop in async ${name}(): ${others} waits, too.`,
    help,
    location,
    symbol,
    model: undefined,
    origin: location,
    accesses: [],
    evidence: [
      {
        message: `The coroutine ${name}()`,
        location: fact.calls.at(-1)?.calleeLocation ?? fact.root.location,
      },
      { message: `Blocks: ${nameOfCall(fact.node)}`, location },
    ],
    fixes,
  };
}

function helpOf({ operation }: BlockingCall): string {
  switch (operation) {
    case "sleep":
      return "Use await asyncio.sleep().";
    case "http":
      return "Use an asynchronous client such as httpx.AsyncClient, or call it with sync_to_async().";
    case "process":
      return "Use asyncio.create_subprocess_exec(), or call it with sync_to_async().";
    case "future":
      return "Await asyncio.wrap_future() of it, or loop.run_in_executor() in place of submit().";
    case "file":
      return "Open and read it in a function that sync_to_async() or asyncio.to_thread() calls, or use aiofiles.";
    default:
      return "Call it with sync_to_async(), or leave it to a task.";
  }
}

/** `time.sleep(1)` as a statement of its own. */
function sleepFixes(
  { project: { program } }: RuleContext,
  { node, statement, location: { path } }: BlockingCall,
): readonly Fix[] {
  const module = program.moduleOfFile(path);
  if (!module || statement?.kind !== "ExpressionStatement" || statement.value !== node) return [];
  const { function: callee } = node;
  const imported = callee.kind === "Attribute" ? callee.value : callee;
  const sleep = imported.kind === "Name" ? asynchronousSleep(module, imported) : undefined;
  if (!sleep) return [];
  const edits = [...sleep.edits, { range: callee, newText: `await ${sleep.expression}` }];
  return [
    {
      title: "Let other requests run meanwhile: await asyncio.sleep()",
      safety: "safe",
      preferred: true,
      edits: edits.map((edit) => ({ path, ...edit })),
    },
  ];
}

/** The import of `time` that nothing else needs becomes that of `asyncio`. */
function asynchronousSleep({ file }: Module, { name }: Name): ImportedName | undefined {
  const statement = file.tree.body.find(
    (each) =>
      (each.kind === "Import" || (each.kind === "ImportFrom" && each.module === "time")) &&
      each.names.length === 1 &&
      each.names[0]?.name === name &&
      each.names[0].alias === undefined,
  );
  const known = importName(file, "asyncio", "sleep");
  if (known?.edits.length === 0 || !statement || usesOf(file.tree, name).length > 1) return known;
  const isWhole = statement.kind === "Import";
  return {
    expression: isWhole ? "asyncio.sleep" : "sleep",
    edits: [{ range: statement, newText: isWhole ? "import asyncio" : "from asyncio import sleep" }],
  };
}
