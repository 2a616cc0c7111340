import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import type { Location } from "../../base/text-range.ts";
import { mappingOf } from "../../django/static-value.ts";
import type { BlockingCall, BlockingOperation } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import { pathTo } from "../../syntax/walk.ts";
import { atMostHigh, atMostMedium, classOf } from "../confidence.ts";
import type { Evidence, Finding } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { isForTests } from "../for-tests.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { symbolAt } from "../tasks/symbol-at.ts";
import { type Transaction, transactionAround } from "../tasks/transaction-around.ts";
import { isLockedBefore, isWrittenBefore } from "../tasks/written-before.ts";
import { isLockedForCall } from "./lock-for-call.ts";

export const slowIoInTransaction: FactRule = {
  kind: "facts",
  code: "QS311",
  name: "slow-io-in-transaction",
  summary: "A transaction stays open while the code waits for another system",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    // Many ways to wait lead through the same calls.
    const known = new Map<string, Surroundings>();
    const waits = factsOfKind(context.facts, "blocking").flatMap((call) => {
      const found = what[call.operation] !== undefined && !call.exceptional && heldBy(context, call, known);
      return found ? [{ call, ...found }] : [];
    });
    return [...groupBy(waits, ({ call }) => placeKey(call.location)).values()].flatMap((group) =>
      isForTests(context, group[0].call.location) ? [] : [findingOf(context, group)],
    );
  },
};

interface HeldWait {
  readonly call: BlockingCall;
  readonly transaction: Transaction;
  /** In the code of the transaction: the call itself, or the call of what leads to it. */
  readonly place: Location;
}

/** What the code waits for, or does for so long. */
const what: Partial<Record<BlockingOperation, string>> = {
  archive: "packs an archive",
  document: "makes a document",
  email: "sends an e-mail",
  http: "waits for another server",
  process: "waits for another process",
  sleep: "sleeps",
  storage: "waits for a storage",
};

/** How long that takes depends on how much it is. */
const dependsOnSize: ReadonlySet<BlockingOperation> = new Set(["archive", "document"]);

/** The transaction that is open around the call, or around a call on the way to it. */
function heldBy(
  context: RuleContext,
  call: BlockingCall,
  known: Map<string, Surroundings>,
): Omit<HeldWait, "call"> | undefined {
  if (call.isDeclared) return undefined;
  const places = [call.location, ...call.calls.map(({ location }) => location).reverse()];
  for (const location of places) {
    const around = remembered(known, placeKey(location), () => surroundingsOf(context, location));
    if (around.kind === "end") return undefined;
    if (around.kind === "transaction") {
      const { transaction } = around;
      return isLockedForCall(transaction.body, location.range) ? undefined : { transaction, place: location };
    }
  }
  return undefined;
}

/**
 * Rows are locked by then: what only reads, others need not wait for. Django writes a row before it sends a signal, and an
 * earlier round of a loop may have done so.
 */
function holdsRows(context: RuleContext, { call, place, transaction }: HeldWait): boolean {
  return (
    transaction.opener !== "atomic" ||
    call.loops.length > 0 ||
    isWrittenBefore(context, place, transaction) ||
    isLockedBefore(context, place, transaction)
  );
}

/** What the code around a place says; `end`: whatever is further out does not hold it. */
type Surroundings =
  | { readonly kind: "transaction"; readonly transaction: Transaction }
  | { readonly kind: "end" | "nothing" };

function surroundingsOf(context: RuleContext, location: Location): Surroundings {
  const module = context.project.program.moduleOfFile(location.path);
  if (!module?.firstParty || isAfterCommit(context, location)) return { kind: "end" };
  const transaction = transactionAround(context, module, location.range);
  return transaction?.certain &&
    (transaction.opener !== "request" || isWrittenBefore(context, location, transaction)) &&
    !isOnOwnConnection(context, module, transaction)
    ? { kind: "transaction", transaction }
    : { kind: "nothing" };
}

/**
 * On a database that the settings do not list: a connection that the code has made for this transaction alone, to hold a
 * lock with it. No other waits for it, and rows of models are not written there.
 */
function isOnOwnConnection(
  { project: { program, settings } }: RuleContext,
  module: Module,
  { using }: Transaction,
): boolean {
  const symbol =
    using && using.kind !== "StringLiteral" ? program.resolveExpression(module, using) : undefined;
  const node = symbol?.kind === "variable" && symbol.values.length === 1 ? symbol.values[0] : using;
  const databases = settings.evaluateSetting("DATABASES");
  const entries = databases && mappingOf(databases)?.entries;
  return (
    node?.kind === "StringLiteral" &&
    node.value !== "default" &&
    entries !== undefined &&
    !entries.has(node.value)
  );
}

/** In `transaction.on_commit(…)`. */
function isAfterCommit({ project: { program } }: RuleContext, { path, range }: Location): boolean {
  const module = program.moduleOfFile(path);
  const nodes = module ? pathTo(module.file.tree, range) : [];
  return nodes.some((node, index) => {
    if (!module || !("kind" in node) || node.kind !== "Call") return false;
    const symbol = symbolAt(program, module, nodes.slice(0, index), node.function);
    return symbol.kind === "external" && symbol.name === "django.db.transaction.on_commit";
  });
}

/** For each call of a helper between the transaction and the waiting, beyond the usual one. */
const furtherCall = 0.95;
const ordinaryCalls = 2;

function findingOf(context: RuleContext, [first, ...others]: readonly [HeldWait, ...HeldWait[]]): Finding {
  const { call, transaction } = first;
  const isHolding = holdsRows(context, first);
  const { location, symbol } = call;
  const calls = [call, ...others.map((other) => other.call)];
  const conditional = call.conditions > 0 ? 0.9 : 1;
  const score = conditional * furtherCall ** Math.max(0, call.calls.length - ordinaryCalls);
  const opening: Location = { path: first.place.path, range: transaction.range };
  return {
    ...findingBase(slowIoInTransaction),
    remedy: "blocking-call",
    level: levelInRoots(context, slowIoInTransaction.level, calls),
    // The connection is that of the request anyway, and that the request waits is what other rules say.
    confidence:
      dependsOnSize.has(call.operation) || transaction.opener === "request" || !isHolding
        ? atMostMedium(classOf(score))
        : atMostHigh(classOf(score)),
    message: `"${call.function}()" ${what[call.operation] ?? "waits"} in ${transaction.label}: ${isHolding ? "rows that it has changed stay locked, and the connection is taken," : "the connection is taken"} until that is done.`,
    help: "Do it when the transaction has been committed: behind the block, or with transaction.on_commit().",
    location,
    origin: location,
    symbol,
    model: undefined,
    accesses: [{ location, relationPath: "", code: slowIoInTransaction.code }],
    evidence: evidenceOf(call, opening, location),
  };
}

function evidenceOf(call: BlockingCall, place: Location, location: Location): readonly Evidence[] {
  const own = placeKey(location);
  return [
    { message: "The transaction is open from here", location: place },
    ...call.calls
      .filter((step) => placeKey(step.location) !== own)
      .map((step) => ({ message: `Calls ${step.callee}`, location: step.location })),
    { message: `Waits: ${call.function}`, location },
  ];
}
