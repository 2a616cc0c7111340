import { addKeywordArgument } from "../../edits/keyword-argument.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { celeryTasks, hasTimeLimit } from "../tasks/task-work.ts";
import { type BlockingPlace, blockingPlaces } from "./blocking-places.ts";
import { hasLimitElsewhere } from "./limits-elsewhere.ts";
import { nameOfCall } from "./request-finding.ts";
import { isInClassOfNobody, isInMethodOfNobody, isRunByNobody, isViewOfNobody } from "./run-by-nobody.ts";

export const httpWithoutTimeout: FactRule = {
  kind: "facts",
  code: "QS403",
  name: "http-without-timeout",
  summary: "A call of another server has no timeout and can wait for ever",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const places = blockingPlaces(context, "http", "connection").filter(
      ({ all, isOwn }) => isOwn && all.every(({ wait }) => wait === "forever"),
    );
    if (places.length === 0) return [];
    const limited = limitedTasks(context);
    return places
      .filter(
        ({ all: [first], location }) =>
          !hasLimitElsewhere(context, first.library) && !isRunByNobody(context, location),
      )
      .map((place) => findingOf(context, place, limited));
  },
};

const seconds = 10;

function findingOf(
  context: RuleContext,
  { all, location, symbol }: BlockingPlace,
  limited: ReadonlySet<string>,
): Finding {
  const [first] = all;
  const isEnded = all.every(({ root }) => root.context === "task" && limited.has(root.symbol));
  // A session may have an adapter that sets one, and what nothing mentions may never run.
  const mayNeverRun =
    isInClassOfNobody(context, location) ||
    (all.every(({ root }) => root.context === "other") && isInMethodOfNobody(context, location)) ||
    all.every(({ root }) => root.context === "request" && isViewOfNobody(context, root));
  const isCertainToWait = !isEnded && !first.library.startsWith("requests.Session()") && !mayNeverRun;
  return {
    ...findingBase(httpWithoutTimeout),
    level: levelInRoots(context, httpWithoutTimeout.level, all),
    remedy: "blocking-call",
    confidence: isCertainToWait ? "high" : "medium",
    message: `"${nameOfCall(first.node)}()" has no timeout: where the other server does not answer, it waits ${isEnded ? "until something ends the task" : `for ever${occupied[first.root.context] ?? ""}`}.`,
    help: `Pass a timeout, such as timeout=${seconds}.`,
    location,
    symbol,
    model: undefined,
    origin: location,
    accesses: [],
    evidence: [{ message: `Waits for another server: ${first.function}`, location }],
    fixes: fixesOf(context, first),
  };
}

const occupied: Partial<Record<BlockingCall["root"]["context"], string>> = {
  request: ", and so does a worker of the web server",
  admin: ", and so does a worker of the web server",
  task: ", and so does a worker of the task queue",
};

/** Those of which something ends a run that takes too long. */
function limitedTasks(context: RuleContext): ReadonlySet<string> {
  return new Set(celeryTasks(context).flatMap((work) => (hasTimeLimit(context, work) ? [work.symbol] : [])));
}

function fixesOf(
  { project: { program } }: RuleContext,
  { node, location, library }: BlockingCall,
): readonly Fix[] {
  const module = program.moduleOfFile(location.path);
  const isPassed = node.keywords.some(({ name }) => name === undefined || name.name === "timeout");
  if (!module || isPassed || library === "ftplib.FTP") return [];
  return [
    {
      title: `Give up after ${seconds} seconds: timeout=${seconds} (raises an exception then)`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path: location.path, ...addKeywordArgument(module.file.text, node, `timeout=${seconds}`) }],
    },
  ];
}
