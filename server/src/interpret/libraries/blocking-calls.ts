/** Notes calls of libraries that make their caller wait. */
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import type { BlockingCall, BlockingOperation, CallFrame, Wait } from "../facts.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { noArguments } from "../language/arguments.ts";
import { namesInScope } from "../names-in-scope.ts";
import { libraryCall } from "./blocking-functions.ts";
import type { LibraryCall, Timeout } from "./library-call.ts";

/** Notes a call of this dotted name. @returns the object that it gives, where that is known */
export function callBlockingFunction(
  interpreter: Interpreter,
  name: string,
  args: Arguments,
  node: Call,
): Value | undefined {
  const call = libraryCall(name);
  if (!call) return undefined;
  const { operation, timeout, applies } = call;
  if (operation !== undefined && applies?.(args) !== false) {
    const wait = waitOf(timeout, args);
    // What a client does is told by its calls; that they never give up, by the making of it alone.
    if (operation !== "connection" || wait === "forever") {
      recordBlocking(interpreter, node, { operation, library: name, wait });
    }
  }
  return objectOf(call, args);
}

function objectOf({ gives }: LibraryCall, args: Arguments): Value | undefined {
  if (gives === undefined) return undefined;
  return { kind: "external", name: typeof gives === "string" ? gives : gives(args) };
}

/** An object of a library's class, as an annotation promises it: `session: requests.Session`. */
export function objectOfLibraryClass(name: string): Value | undefined {
  const call = libraryCall(name);
  return call && objectOf(call, noArguments);
}

/** A method that a class of the project has from a library: `class Client(requests.Session)`. */
export function callInheritedMethod(
  interpreter: Interpreter,
  receiver: PlainObject,
  name: string,
  args: Arguments,
  node: Call,
): Value | undefined {
  for (const base of interpreter.program.mro(receiver.symbol)) {
    if (base.kind !== "external") continue;
    const gives = libraryCall(base.name)?.gives;
    const call = typeof gives === "string" ? libraryCall(`${gives}.${name}`) : undefined;
    if (!call?.operation) continue;
    const wait = waitOf(call.timeout, args);
    // The class may have been made to say how long to wait.
    recordBlocking(interpreter, node, {
      operation: call.operation,
      library: `${gives}.${name}`,
      wait: wait === "forever" ? "unknown" : wait,
    });
    return objectOf(call, args);
  }
  return undefined;
}

function waitOf(timeout: Timeout | undefined, { positional, keywords, open }: Arguments): Wait {
  if (!timeout) return "unknown";
  const { keyword, position, byDefault } = timeout;
  const given = keywords.get(keyword) ?? (position === undefined ? undefined : positional[position]);
  if (!given) return open && byDefault === "forever" ? "unknown" : byDefault;
  if (given.kind !== "literal") return "limited";
  if (given.value === null) return "forever";
  return typeof given.value === "number" ? given.value : "limited";
}

interface Blocking {
  readonly operation: BlockingOperation;
  readonly library: string;
  readonly wait: Wait;
}

export function recordBlocking(
  interpreter: Interpreter,
  node: Call,
  { operation, library, wait }: Blocking,
): void {
  const { state } = interpreter;
  if (operation === "email") interpreter.effects += 1;
  // `await sync_to_async(time.sleep)(1)` leaves the event loop to others.
  else if (state.frame.coroutine && state.asynchronous) return;
  interpreter.record({
    ...interpreter.context(
      interpreter.location(node),
      state.loops.map(({ id }) => id),
    ),
    kind: "blocking",
    operation,
    function: interpreter.text(node.function),
    library,
    wait,
    uploaded: false,
    isDeclared: state.frame.isDeclaration,
    node,
    statement: state.frame.statement,
    names: namesInScope(state.frame.scope),
  } satisfies BlockingCall);
}

/** What was recorded of a function apart from where it is called now, by these calls. */
export function blockingHere(
  { state }: Interpreter,
  fact: BlockingCall,
  calls: readonly CallFrame[],
): BlockingCall {
  const before = [...state.calls, ...calls];
  const inner = fact.loops.map((loop) => ({ ...loop, depth: loop.depth + before.length }));
  return {
    ...fact,
    root: state.root,
    calls: [...before, ...fact.calls],
    loops: [...state.loops, ...inner],
    exceptional: fact.exceptional || state.exceptional > 0,
  };
}
