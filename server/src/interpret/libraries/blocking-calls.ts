/** Notes calls of libraries that make their caller wait. */
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import type { BlockingCall, BlockingOperation, CallFrame, Wait } from "../facts.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { noArguments } from "../language/arguments.ts";
import { namesInScope } from "../names-in-scope.ts";
import { libraryCall } from "./blocking-functions.ts";
import { isFileColumn, isUploaded, ofUpload, uploadedFile, withoutUpload } from "./file-values.ts";
import type { LibraryCall, Timeout } from "./library-call.ts";

/** Notes a call of this dotted name. @returns the object that it gives, where that is known */
export function callBlockingFunction(
  interpreter: Interpreter,
  name: string,
  args: Arguments,
  node: Call,
): Value | undefined {
  const uploaded =
    isUploadedName(name) || args.positional.some(isUploaded) || opensSavedImage(interpreter, name, node);
  const library = withoutUpload(name) || uploadedMethod(name);
  const call = libraryCall(library);
  if (!call) return isUploadedName(name) || (uploaded && passing.has(name)) ? uploadedFile : undefined;
  const { operation, timeout, applies, ofUploads } = call;
  if (operation !== undefined && applies?.(args) !== false && (uploaded || ofUploads !== true)) {
    const wait = waitOf(timeout, args);
    // What a client does is told by its calls; that they never give up, by the making of it alone.
    if (operation !== "connection" || wait === "forever") {
      recordBlocking(interpreter, node, { operation, library, wait, uploaded });
    }
  }
  return objectOf(call, args, uploaded);
}

/** Functions that give a file in another form: as text, or as a file in memory. */
const passing: ReadonlySet<string> = new Set([
  "codecs.getreader",
  "codecs.iterdecode",
  "django.core.files.base.ContentFile",
  "io.BytesIO",
  "io.StringIO",
  "io.TextIOWrapper",
]);

/**
 * `Image.open(self.photo.path)` in a model's `save()`: somebody has just uploaded the file. Whether other methods are
 * called from there, what is remembered of them does not tell.
 */
function opensSavedImage(
  { state: { frame } }: Interpreter,
  name: string,
  { arguments: [file] }: Call,
): boolean {
  if (name !== "PIL.Image.open" || frame.receiver?.kind !== "instance" || !frame.symbol.endsWith(".save"))
    return false;
  const column =
    file?.kind === "Attribute" && /^(?:file|path)$/.test(file.attribute.name) ? file.value : file;
  return (
    column?.kind === "Attribute" &&
    column.value.kind === "Name" &&
    column.value.name === "self" &&
    isFileColumn(frame.receiver.model.fields.get(column.attribute.name))
  );
}

function isUploadedName(name: string): boolean {
  return withoutUpload(name) !== name;
}

/** `uploaded().read` of the file itself, and of whatever was made of it in another form. */
function uploadedMethod(name: string): string {
  return `${uploadedFile.name}.${name.slice(name.lastIndexOf(".") + 1)}`;
}

function objectOf({ gives }: LibraryCall, args: Arguments, uploaded = false): Value | undefined {
  if (gives === undefined) return undefined;
  const name = typeof gives === "string" ? gives : gives(args);
  return { kind: "external", name: uploaded ? ofUpload(name) : name };
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
  readonly uploaded?: boolean;
}

export function recordBlocking(
  interpreter: Interpreter,
  node: Call,
  { operation, library, wait, uploaded = false }: Blocking,
): void {
  const { state } = interpreter;
  if (operation === "email") interpreter.effects += 1;
  // `await sync_to_async(time.sleep)(1)` leaves the event loop to others.
  else if (state.frame.coroutine && state.asynchronous) return;
  interpreter.record({
    kind: "blocking",
    operation,
    function: interpreter.text(node.function),
    library,
    wait,
    uploaded,
    isDeclared: state.frame.isDeclaration,
    node,
    statement: state.frame.statement,
    names: namesInScope(state.frame.scope),
    ...interpreter.context(
      interpreter.location(node),
      state.loops.map(({ id }) => id),
    ),
  } satisfies BlockingCall);
}

/** What was recorded of a function apart from where it is called now, by these calls. */
export function blockingHere(
  { state }: Interpreter,
  fact: BlockingCall,
  calls: readonly CallFrame[],
): BlockingCall {
  const before = state.calls.concat(calls);
  const inner = fact.loops.map((loop) => ({ ...loop, depth: loop.depth + before.length }));
  return {
    ...fact,
    root: state.root,
    calls: before.concat(fact.calls),
    loops: state.loops.concat(inner),
    exceptional: fact.exceptional || state.exceptional > 0,
  };
}
