/** What Django runs beside a call: receivers of signals, and the `save()` of a model whose row is created. */
import type { Model } from "../../django/model-graph.ts";
import { type SignalReceiver, signalNamed, signalReceivers } from "../../django/signal-receivers.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import type { Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { CallResults } from "../call-results.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { noArguments } from "../language/arguments.ts";
import { blockingHere } from "../libraries/blocking-calls.ts";
import { instanceOf, newInstance } from "../make-values.ts";
import { type RunApart, runApart } from "./run-apart.ts";

/** What was run, each once for a model. */
export class SideEffects {
  readonly known = new Map<string, RunApart>();
  readonly callResults = new CallResults();
}

const none: RunApart = { blocking: [], effects: 0, visited: new Set() };

const modelSignals = {
  save: ["pre_save", "post_save"],
  delete: ["pre_delete", "post_delete"],
} as const;

/**
 * The receivers that Django calls when a row of the model is saved or deleted. Migrations have classes of their own for
 * their models, which are nobody's sender.
 */
export function sendModelSignals(
  interpreter: Interpreter,
  event: keyof typeof modelSignals,
  model: Model,
  node: Expression,
): void {
  const names: readonly string[] = modelSignals[event].map((name) => `django.db.models.signals.${name}`);
  const isHistorical = hasHistoricalModels(interpreter);
  const isMeant = ({ signal, sender }: SignalReceiver): boolean =>
    names.includes(signal) && (sender === undefined || (sender.label === model.label && !isHistorical));
  callReceivers(interpreter, isMeant, model, node);
}

/** `order_placed.send(sender=…)` for a signal of the project. */
export function sendSignal(interpreter: Interpreter, node: Call): void {
  const { function: callee } = node;
  if (callee.kind !== "Attribute" || !sendingMethods.has(callee.attribute.name)) return;
  const { module, owner } = interpreter.state.frame;
  const name = signalNamed(interpreter.program.resolveExpression(module, callee.value, owner));
  if (name === undefined) return;
  callReceivers(interpreter, ({ signal }) => signal === name, undefined, node);
}

const sendingMethods: ReadonlySet<string> = new Set(["send", "send_robust", "asend", "asend_robust"]);

function callReceivers(
  interpreter: Interpreter,
  isMeant: (receiver: SignalReceiver) => boolean,
  model: Model | undefined,
  node: Expression,
): void {
  const { all, connectingFiles } = signalReceivers(interpreter.program, interpreter.models);
  for (const path of connectingFiles) interpreter.visited.add(path);
  for (const receiver of all) {
    if (!receiver.function || !isMeant(receiver)) continue;
    const keywords = new Map<string, Value>();
    // A receiver that serves every model relies on nothing that one of them has.
    const served = receiver.sender && model;
    if (served) {
      // Before it is saved, and after it is deleted, the table has no row.
      const isStored = all.every(
        (other) => other.function?.id !== receiver.function?.id || other.signal.endsWith("post_save"),
      );
      const instance = isStored ? instanceOf(served, undefined) : newInstance(served, new Map(), noLoops);
      keywords.set("instance", instance);
    }
    const args = { positional: [], keywords, open: true };
    replay(
      interpreter,
      receiver.function,
      sideEffect(interpreter, receiver.function, undefined, args, served?.label ?? ""),
      node,
    );
  }
}

/** `apps.get_model()` of a migration makes classes that have neither the methods nor the receivers of the project's. */
function hasHistoricalModels({ state }: Interpreter): boolean {
  return state.root.context === "migration";
}

/** Django saves a row that it makes itself: `Order.objects.create()`, a model form's `save()`. */
export function saveRow(interpreter: Interpreter, model: Model, node: Expression): void {
  const member =
    model.symbol && !hasHistoricalModels(interpreter)
      ? interpreter.program.lookupMember(model.symbol, "save")
      : undefined;
  if (member?.kind === "found" && member.symbol.kind === "function") {
    const { symbol } = member;
    const row = newInstance(model, new Map(), noLoops);
    replay(interpreter, symbol, sideEffect(interpreter, symbol, row, noArguments, model.label), node);
  }
  sendModelSignals(interpreter, "save", model, node);
}

/** Runs the function apart from the present root, once for each model. */
function sideEffect(
  interpreter: Interpreter,
  symbol: FunctionSymbol,
  receiver: Value | undefined,
  args: Arguments,
  label: string,
): RunApart {
  const { known } = interpreter.sideEffects;
  const key = `${symbol.id} ${label}`;
  const found = known.get(key);
  if (found) return found;
  // Asked for again while it runs: a receiver that saves the row anew.
  known.set(key, none);
  const effect = runApart(interpreter, symbol, receiver, args);
  known.set(key, effect);
  return effect;
}

function replay(
  interpreter: Interpreter,
  { module, qualifiedName, node: { name } }: FunctionSymbol,
  { blocking, visited }: RunApart,
  node: Expression,
): void {
  for (const path of visited) interpreter.visited.add(path);
  const call = {
    location: interpreter.location(node),
    callee: `${module.name}.${qualifiedName}`,
    calleeLocation: { path: module.file.path, range: { start: name.start, end: name.end } },
    via: "framework",
  } as const;
  for (const fact of blocking) {
    if (fact.operation === "email") interpreter.effects += 1;
    interpreter.record(blockingHere(interpreter, fact, [call]));
  }
}
