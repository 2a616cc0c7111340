/**
 * Calls whose effect leaves the program and its database: messages, requests, tasks, and what an object given from
 * outside is told to do. Such a call may fail at any time, and nothing takes it back.
 */
import { remembered } from "../../base/remembered.ts";
import type { Value } from "../../queryset/value.ts";
import type { Call, Statement } from "../../syntax/ast.ts";
import { anyModel, outsideWorld } from "../facts.ts";
import type { Interpreter } from "../interpreter.ts";
import { hasDecorator } from "../language/symbol-values.ts";
import { touchModel } from "./writes.ts";

/** Notes for the loops around that the call reaches the outside world, or any rows. */
export function noteOutsideEffect(interpreter: Interpreter, callee: Value, node: Call): void {
  if (reachesOutside(interpreter, callee, node)) touchModel(interpreter, outsideWorld);
  if (savesUnknown(callee, node)) touchModel(interpreter, anyModel);
}

/** `form.save()` of a form, serializer or row that was not seen: it may ask for rows as well as write them. */
function savesUnknown(callee: Value, node: Call): boolean {
  return /^a?save$/.test(nameOf(node)) && callee.kind === "method" && callee.receiver.kind === "unknown";
}

function reachesOutside(interpreter: Interpreter, callee: Value, node: Call): boolean {
  const name = meaningOf(nameOf(node));
  if (name.isSending) return true;
  switch (callee.kind) {
    case "external":
      return sendingModules.test(callee.name);
    case "function":
      return isOfInterface(interpreter, callee) && !name.isAsking;
    case "method":
      if (!isUnknownObject(callee.receiver)) return false;
      return name.isTelling || (isForItsEffect(interpreter, node) && !name.isKeeping && !name.isAsking);
    default:
      return false;
  }
}

function nameOf({ function: callee }: Call): string {
  return callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
}

/** Functions that reach other processes or whoever listens. */
const sending = /^(apply_async|delay|enqueue|publish|send|send_\w+|sendmail|urlopen)$/;
const sendingModules = /^(httpx|requests|subprocess|urllib3)\./;

/** What clients of other systems are told to do, whatever they answer. */
const telling = /^(dispatch|notify|post|push|submit|trigger|upload)(_|$)/;

/** They tell something and change nothing. */
const asking =
  /^_*(as|assert|build|calculate|can|check|compute|find|format|get|has|is|make|parse|render|should|to|validate)(_|$)/;

/** What objects that live in memory do: containers, logs, files, counters. */
const keeping =
  /^_*((add|advance|append(left)?|clear|close|count|critical|debug|discard|error|exception|extend(left)?|flush|increment|info|insert|log|next|open|pop(left)?|print|progress|read|register|remove|reverse|seek|set|setdefault|sort|start|step|stop|tick|update|warn|warning)|(log|set|write)(_\w+|lines|rows?)?)$/;

interface NameMeaning {
  readonly isSending: boolean;
  readonly isTelling: boolean;
  readonly isAsking: boolean;
  readonly isKeeping: boolean;
}

const meanings = new Map<string, NameMeaning>();

function meaningOf(name: string): NameMeaning {
  return meanings.get(name) ?? remembered(meanings, name, () => findMeaning(name));
}

function findMeaning(name: string): NameMeaning {
  return {
    isSending: sending.test(name),
    isTelling: telling.test(name),
    isAsking: asking.test(name),
    isKeeping: keeping.test(name),
  };
}

/** A method that is only declared where it was found: an implementation does what it does. */
function isOfInterface(interpreter: Interpreter, { symbol }: Extract<Value, { kind: "function" }>): boolean {
  return (
    symbol?.owner !== undefined &&
    (hasDecorator(interpreter, symbol, "abstractmethod") || symbol.node.body.every(doesNothing))
  );
}

function doesNothing(statement: Statement): boolean {
  if (statement.kind === "Pass" || statement.kind === "Raise") return true;
  const value = statement.kind === "ExpressionStatement" ? statement.value : undefined;
  return value?.kind === "StringLiteral" || (value?.kind === "ConstantLiteral" && value.value === "...");
}

/** What a name or an attribute holds was not seen. */
function isUnknownObject(value: Value): boolean {
  if (value.kind !== "method") return value.kind === "unknown";
  return value.receiver.kind === "object" || isUnknownObject(value.receiver);
}

/** `self.client.push(row)`: an object that somebody handed over is told to do something, and nobody asks for an answer. */
function isForItsEffect({ state }: Interpreter, node: Call): boolean {
  const { statement } = state.frame;
  if (statement?.kind !== "ExpressionStatement") return false;
  const said = statement.value.kind === "Await" ? statement.value.value : statement.value;
  const holder = node.function.kind === "Attribute" ? node.function.value : undefined;
  return said === node && holder?.kind === "Attribute" && holder.value.kind === "Name";
}
