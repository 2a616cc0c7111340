import type { Model } from "../../django/model-graph.ts";
import { signalReceivers } from "../../django/signal-receivers.ts";
import { tableName } from "../../django/table-name.ts";
import type { CacheCall, OwnWrite, QuerysetCall, Write } from "../../interpret/facts.ts";
import type { RelatedSource } from "../../queryset/queryset.ts";
import type { Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import { blockingPlaces } from "../request/blocking-places.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { cacheCalls } from "./cache-calls.ts";
import { keyPattern, shownPattern } from "./key-pattern.ts";

export const invalidationBypassed: FactRule = {
  kind: "facts",
  code: "QS712",
  name: "invalidation-bypassed",
  summary: "Rows are changed in a way that sends no signal, while a receiver deletes the entry of the cache",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const receivers = receiversOfSaves(context);
    const invalidations = invalidationsBySave(context, receivers);
    if (invalidations.length === 0) return [];
    const invalidating = functionsThatInvalidate(context);
    const writes = [
      ...silentCalls(context),
      ...statements(context, invalidations),
      ...changedRelations(context, invalidations),
    ];
    return writes.flatMap((write) => {
      const invalidation = invalidations.find(({ model }) => model.label === write.model.label);
      if (!invalidation || invalidating.has(write.symbol) || write.root.context === "migration") return [];
      // The signal that set it off is the one that clears the entry.
      if (receivers.some(({ model, name }) => model.label === write.model.label && name === write.symbol))
        return [];
      return [findingOf(context, write, invalidation)];
    });
  },
};

interface SilentWrite extends Pick<QuerysetCall, "location" | "symbol" | "root"> {
  readonly model: Model;
  /** What changes the rows: `update()`. */
  readonly text: string;
  /** The entry may have nothing of what changes. */
  readonly isDoubtful?: boolean;
}

function silentCalls({ facts }: RuleContext): readonly SilentWrite[] {
  return factsOfKind(facts, "querysetCall").flatMap(({ method, queryset, location, symbol, root }) =>
    silentWrites.has(method) ? [{ location, symbol, root, model: queryset.model, text: `${method}()` }] : [],
  );
}

/**
 * `task.tags.add(tag)` sends `m2m_changed`, no `post_save`: neither of the task nor of the rows in between, of which it makes
 * many at once. Where something listens to `m2m_changed`, that may clear the entry.
 */
function changedRelations(
  { facts, project: { program, models } }: RuleContext,
  invalidations: readonly Invalidation[],
): readonly SilentWrite[] {
  if (signalReceivers(program, models).all.some(({ signal }) => /(?:^|\.)m2m_changed$/.test(signal)))
    return [];
  const writes = [
    ...factsOfKind(facts, "write"),
    ...factsOfKind(facts, "singleWrite").flatMap(({ write }) => write ?? []),
  ];
  return writes.flatMap((write): readonly SilentWrite[] => {
    const related = relatedRows(write);
    if (!related) return [];
    const { through } = related.relation.field;
    const between = through === undefined ? undefined : models.model(through);
    const model = [between, related.instance.model].find(
      (each) => each && invalidations.some((invalidation) => invalidation.model.label === each.label),
    );
    const { location, node, root, symbol } = write;
    const method = node.function.kind === "Attribute" ? node.function.attribute.name : write.operation;
    const text = `${related.relation.accessor}.${method}()`;
    return model ? [{ location, symbol, root, model, text, isDoubtful: model !== between }] : [];
  });
}

function relatedRows({
  operation,
  receiver,
}: Write | OwnWrite): Pick<RelatedSource, "instance" | "relation"> | undefined {
  const related = receiver.kind === "manager" && changing.has(operation) ? receiver.related : undefined;
  const kind = related?.relation.kind;
  return kind === "manyToMany" || kind === "reverseManyToMany" ? related : undefined;
}

const changing: ReadonlySet<string> = new Set(["add", "remove", "set"]);

/** `cursor.execute("UPDATE shop_order SET …")` */
function statements(context: RuleContext, invalidations: readonly Invalidation[]): readonly SilentWrite[] {
  return blockingPlaces(context, "sql").flatMap(({ all: [{ node, root }], location, symbol }) => {
    const [text] = node.arguments;
    const written = text?.kind === "StringLiteral" ? changingStatement.exec(text.value) : undefined;
    const [, statement, table] = written ?? [];
    const found = invalidations.find(({ model }) => tableOf(model) === table?.toLowerCase());
    return found && statement !== undefined
      ? [{ location, symbol, root, model: found.model, text: `"${statement.toUpperCase()}" of plain SQL` }]
      : [];
  });
}

const changingStatement = /^\s*(UPDATE|INSERT\s+INTO)\s+["`]?(\w+)["`]?/i;

function tableOf(model: Model): string {
  return tableName(model).toLowerCase();
}

/** Methods that change rows without `post_save`. `delete()` sends its signals. */
const silentWrites: ReadonlySet<string> = new Set(["update", "bulk_create", "bulk_update"]);

/** Functions that run with each save of a model. */
function receiversOfSaves({ project: { program, models } }: RuleContext) {
  return signalReceivers(program, models).all.flatMap(({ signal, sender, function: symbol }) =>
    savingSignal.test(signal) && sender && symbol
      ? [{ model: sender, symbol, name: `${symbol.module.name}.${symbol.qualifiedName}` }]
      : [],
  );
}

const savingSignal = /(?:^|\.)(?:pre|post)_save$/;

const deleting = ["delete", "delete_many", "delete_pattern", "incr", "clear", "set"] as const;

interface Invalidation {
  readonly model: Model;
  readonly receiver: string;
  readonly call: CacheCall;
}

/** Receivers of a saved model that delete an entry, by themselves or by a function that they call. */
function invalidationsBySave(
  context: RuleContext,
  receivers: ReturnType<typeof receiversOfSaves>,
): readonly Invalidation[] {
  const calls = cacheCalls(context, ...deleting);
  if (calls.length === 0) return [];
  const callees = calleesByCaller(context);
  return receivers.flatMap(({ model, symbol, name }) => {
    const reached = new Set([name, ...(callees.get(name) ?? [])]);
    const call = calls.find((each) => reached.has(each.symbol));
    return call ? [{ model, receiver: symbol.name, call }] : [];
  });
}

function calleesByCaller(context: RuleContext): ReadonlyMap<string, ReadonlySet<string>> {
  const callees = new Map<string, Set<string>>();
  for (const { root, callee } of factsOfKind(context.facts, "functionCall")) {
    const known = callees.get(root.symbol);
    if (known) known.add(callee);
    else callees.set(root.symbol, new Set([callee]));
  }
  return callees;
}

/** Functions that take care of the cache on their own, or call one that does. */
function functionsThatInvalidate(context: RuleContext): ReadonlySet<string> {
  const direct = new Set(cacheCalls(context, ...deleting).map(({ symbol }) => symbol));
  const found = new Set(direct);
  for (const [caller, callees] of calleesByCaller(context)) {
    if ([...callees].some((callee) => direct.has(callee))) found.add(caller);
  }
  return found;
}

function findingOf(context: RuleContext, write: SilentWrite, { receiver, call }: Invalidation): Finding {
  const { isDoubtful, location, model, symbol, text } = write;
  const pattern = keyPattern(call.key);
  const key = pattern ? `"${shownPattern(pattern)}"` : "an entry of the cache";
  return {
    ...findingBase(invalidationBypassed),
    level: levelInRoots(context, invalidationBypassed.level, [write]),
    remedy: "cache-call",
    confidence: isDoubtful === true ? "low" : "medium",
    message: `${text} sends no post_save, so that ${receiver}() does not clear ${key} when rows of ${model.name} change here.`,
    help: "Clear the entry behind it, with the function that the receiver calls.",
    location,
    symbol,
    model: model.label,
    origin: location,
    evidence: [
      { message: `Changes rows of ${model.name}`, location },
      { message: `${receiver}() clears the entry, where a signal comes`, location: call.location },
    ],
  };
}
