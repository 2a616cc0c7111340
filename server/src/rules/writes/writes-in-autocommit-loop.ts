import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import { importName } from "../../edits/imports.ts";
import { indentationAt, indentLines, startsLine } from "../../edits/statement-lines.ts";
import { type Loop, outsideWorld, type RootContext, type Write } from "../../interpret/facts.ts";
import type { For } from "../../syntax/ast.ts";
import { walk } from "../../syntax/walk.ts";
import { atMostHigh, classOf } from "../confidence.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepsTo } from "../finding-parts.ts";
import { isSmall } from "../levels.ts";
import { formatTerms } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { hasAtomicRequests, transactionAround } from "../tasks/transaction-around.ts";
import { createInLoop } from "./create-in-loop.ts";
import { deleteInLoop } from "./delete-in-loop.ts";
import { m2mAddInLoop } from "./m2m-add-in-loop.ts";
import { saveInLoop } from "./save-in-loop.ts";
import { functionAround } from "./syntax-queries.ts";
import { updateInLoop } from "./update-in-loop.ts";
import { type WriteLoop, writeLoopsOf } from "./write-loop.ts";

export const writesInAutocommitLoop: FactRule = {
  kind: "facts",
  code: "QS310",
  name: "writes-in-autocommit-loop",
  summary: "Each write of a loop is committed on its own",
  level: "hint",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const writeLoops = writeLoopsOf(
      context,
      "save",
      "delete",
      "update",
      "add",
      "set",
      "remove",
      "getOrCreate",
    );
    const writes = writeLoops.flatMap((writeLoop) =>
      writeLoop.all.flatMap((write): readonly WriteInLoop[] => {
        const loop = ownLoop(write);
        return loop ? [{ write, writeLoop, loop }] : [];
      }),
    );
    const candidates = [...groupBy(writes, ({ loop }) => placeKey(loop.location)).values()].filter((group) =>
      group.every((each) => isCommittedEachTime(context, each)),
    );
    if (candidates.length === 0) return [];
    const repaired = placesWithFixes(context);
    const waiting = loopsThatWait(context);
    return candidates
      .filter(([{ loop }]) => !waiting.has(loop.statement))
      .filter((group) => !group.every(({ write }) => repaired.has(placeKey(write.location))))
      .map((group) => findingOf(context, group));
  },
};

interface WriteInLoop {
  readonly write: Write;
  readonly writeLoop: WriteLoop;
  readonly loop: OwnLoop;
}

type OwnLoop = Loop & { readonly statement: For };

/** The outermost loop of the function in which the write, or the call that leads there, stands. */
function ownLoop({ loops, innermostLoop }: Write): OwnLoop | undefined {
  const loop = loops.find(({ depth }) => depth === innermostLoop?.depth);
  return loop?.statement.kind === "For" && !loop.statement.async
    ? { ...loop, statement: loop.statement }
    : undefined;
}

/** Commands and tasks go on after an error, or are started again: what they have done shall stay done. */
const contexts: ReadonlySet<RootContext> = new Set<RootContext>(["request", "admin", "signal", "other"]);

function isCommittedEachTime(context: RuleContext, { write, writeLoop, loop }: WriteInLoop): boolean {
  const { context: rootContext } = write.root;
  return (
    !isSmall(context, writeLoop.multiplicity) &&
    !loop.touched.has(outsideWorld) &&
    loop.source?.streamed !== true &&
    !isHandledInRounds(loop.statement) &&
    contexts.has(rootContext) &&
    !write.inCoroutine &&
    !(rootContext === "request" && hasAtomicRequests(context)) &&
    !isInTransaction(context, write, loop.location)
  );
}

/**
 * A round handles its own errors, which one transaction for all of them would not survive, hands control to others, or has
 * a transaction of its own.
 */
function isHandledInRounds(loop: For): boolean {
  let found = false;
  walk(loop, (node) => {
    if (!("kind" in node)) return true;
    found ||=
      node.kind === "Try" ||
      node.kind === "Yield" ||
      node.kind === "YieldFrom" ||
      (node.kind === "Name" && node.name === "atomic") ||
      (node.kind === "Attribute" && /^(?:atomic|iterator|on_commit)$/.test(node.attribute.name));
    return !found;
  });
  return found;
}

function isInTransaction(context: RuleContext, { calls, location }: Write, loop: Location): boolean {
  return [loop, location, ...calls.map((call) => call.location)].some(({ path, range }) => {
    const module = context.project.program.moduleOfFile(path);
    return module === undefined || transactionAround(context, module, range) !== undefined;
  });
}

/** Writes that other rules put into one statement, which is better than one transaction. */
function placesWithFixes(context: RuleContext): ReadonlySet<string> {
  const rules = [createInLoop, saveInLoop, deleteInLoop, m2mAddInLoop, updateInLoop];
  const findings = rules.flatMap((rule) => rule.run(context)).filter(({ fixes }) => fixes.length > 0);
  return new Set(findings.flatMap(({ accesses }) => accesses.map(({ location }) => placeKey(location))));
}

/** A transaction must not stay open while they wait. */
function loopsThatWait({ facts }: RuleContext): ReadonlySet<Loop["statement"]> {
  return new Set(
    factsOfKind(facts, "blocking").flatMap(({ loops }) => loops.map(({ statement }) => statement)),
  );
}

/** Rows may be locked for longer, and the code may count on what is committed before an error. */
const worth = 0.9;

function findingOf(context: RuleContext, group: readonly [WriteInLoop, ...WriteInLoop[]]): Finding {
  const [{ loop }] = group;
  const places = [...new Map(group.map((each) => [placeKey(each.write.location), each])).values()];
  const { write, writeLoop } = group.reduce((best, other) =>
    other.writeLoop.score > best.writeLoop.score ? other : best,
  );
  const commits = formatTerms({ base: 0, terms: places.map((each) => each.writeLoop.multiplicity) });
  const { location } = loop;
  return {
    ...findingBase(writesInAutocommitLoop),
    remedy: "transaction",
    confidence: atMostHigh(classOf(writeLoop.score * worth)),
    message: `Each write in "${loop.text}" is a transaction of its own: ${commits} commits that wait for the disk, and where one fails, those before it stay.`,
    help: "Put the loop into transaction.atomic(): one commit, for all of them or for none.",
    location,
    origin: location,
    symbol: write.symbol,
    model: write.model.label,
    accesses: [{ location, relationPath: "", code: writesInAutocommitLoop.code }],
    evidence: [
      ...stepsTo(write),
      ...places.map(({ write: each }) => ({ message: `Writes ${each.model.name}`, location: each.location })),
    ],
    fixes: fixesOf(context, loop),
  };
}

function fixesOf({ project: { program } }: RuleContext, { statement, location }: OwnLoop): readonly Fix[] {
  const module = program.moduleOfFile(location.path);
  if (!module) return [];
  const { file } = module;
  const { text } = file;
  const scope = functionAround(file.tree, statement);
  if (!scope || scope.async || !startsLine(text, statement.start)) return [];
  // Indented, the lines of a text would change it.
  if (/"""|'''/.test(text.slice(statement.start, statement.end))) return [];
  const imported = importName(file, "django.db", "transaction");
  if (!imported) return [];
  const indentation = indentationAt(text, statement.start);
  const edits = [
    ...imported.edits,
    {
      range: { start: statement.start, end: statement.start },
      newText: `with ${imported.expression}.atomic():\n${indentation}    `,
    },
    ...indentLines(text, statement, "    "),
  ];
  return [
    {
      title: "Commit all rounds at once with transaction.atomic() (an error takes all of them back)",
      safety: "unsafe",
      preferred: true,
      edits: edits.map((edit) => ({ path: location.path, ...edit })),
    },
  ];
}
