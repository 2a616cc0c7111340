import { lineBefore, startsLine } from "../../edits/statement-lines.ts";
import type { BlockingCall, Loop } from "../../interpret/facts.ts";
import { atMostHigh, classOf, scoreOfContext, scoreOfRoots } from "../confidence.ts";
import type { Finding, Fix, Level } from "../finding.ts";
import { findingBase, stepsTo } from "../finding-parts.ts";
import { isSmall, levelInRoots } from "../levels.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround, namesIn } from "../writes/syntax-queries.ts";
import { type BlockingPlace, blockingPlaces } from "./blocking-places.ts";
import { repeatsRequest } from "./repeated-requests.ts";
import { nameOfCall } from "./request-finding.ts";

export const httpInLoop: FactRule = {
  kind: "facts",
  code: "QS418",
  name: "http-in-loop",
  summary: "A loop asks another server once per item, one after the other",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    return blockingPlaces(context, "http").flatMap((place) => {
      const facts = place.all
        .filter(({ loops, inCoroutine }) => repeatsRequest(loops) && !inCoroutine)
        .sort((one, other) => one.calls.length - other.calls.length);
      const [first, ...others] = facts;
      return first && place.isOwn ? [findingOf(context, place, [first, ...others])] : [];
    });
  },
};

function findingOf(
  context: RuleContext,
  { location, symbol }: BlockingPlace,
  facts: readonly [BlockingCall, ...BlockingCall[]],
): Finding {
  const [first] = facts;
  const loop = first.loops.at(-1) as Loop;
  return {
    ...findingBase(httpInLoop),
    remedy: "http-loop",
    level: levelOf(context, facts),
    confidence: atMostHigh(classOf(scoreOfContext(first) * scoreOfRoots(context, facts))),
    message: `"${nameOfCall(first.node)}()" asks another server in each round of "${loop.text}", one after the other.`,
    help: "Ask for all items at once where the server can, keep the connection with a session, or start a task for each item.",
    location,
    symbol,
    model: undefined,
    origin: location,
    accesses: [],
    evidence: [...stepsTo(first), { message: `Asks another server: ${first.function}`, location }],
    fixes: sessionFixes(context, first, loop),
  };
}

/** A response that waits for all of them is worse than a task that does. */
function levelOf(context: RuleContext, facts: readonly BlockingCall[]): Level {
  if (facts.every(({ loops }) => isSmall(context, multiplicityOf(loops)))) return "hint";
  const isInRequest = facts.some(({ root }) => root.context === "request" || root.context === "admin");
  return levelInRoots(context, isInRequest ? "warning" : httpInLoop.level, facts);
}

/** `session = requests.Session()` above the loop, for `requests.get()` in it. */
function sessionFixes(context: RuleContext, fact: BlockingCall, { statement, depth }: Loop): readonly Fix[] {
  const { node, location, library, calls } = fact;
  const { function: callee } = node;
  const module = context.project.program.moduleOfFile(location.path);
  if (!module || statement.kind !== "For" || depth !== calls.length) return [];
  if (!/^requests\.(?:get|post|put|patch|delete|head|options|request)$/.test(library)) return [];
  if (callee.kind !== "Attribute" || callee.value.kind !== "Name" || callee.value.name !== "requests")
    return [];
  const { text, tree } = module.file;
  const scope = functionAround(tree, statement);
  if (!scope || namesIn(tree).has("session") || !startsLine(text, statement.start)) return [];
  return [
    {
      title: "Keep the connection with a session (which also keeps cookies)",
      safety: "unsafe",
      preferred: true,
      edits: [
        lineBefore(text, statement, "session = requests.Session()"),
        { range: callee.value, newText: "session" },
      ].map((edit) => ({ path: location.path, ...edit })),
    },
  ];
}
