/** The same rows of the same object, asked for again: each evaluation of a related manager is a query of its own. */
import type { Instance } from "../../queryset/instance.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { Frame, Interpreter } from "../interpreter.ts";
import type { Guard } from "../state.ts";

/** A query that was sent for the rows of an object. */
export interface SentQuery {
  readonly node: Expression;
  readonly frame: Frame;
  readonly guards: readonly Guard[];
  readonly loops: number;
  /** `interpreter.writes` at that time. */
  readonly writes: number;
  /** In how many handlers of errors it stands: on most ways it is not sent. */
  readonly exceptional: number;
}

/** By object, or by the call of a function for what is no object's, then by the expression's text. */
export type SentQueries = WeakMap<Instance | Queryset["result"] | Frame, Map<string, SentQuery>>;

/** Notes a query, and records it where the same one was sent before in the same function or template. */
export function noteQuery(
  interpreter: Interpreter,
  queryset: Queryset,
  operation: string,
  place: Expression,
): void {
  const { related } = queryset;
  const { exceptional, frame, guards, loops } = interpreter.state;
  const isIndexed = operation === "index" && !related;
  const holder = isIndexed ? queryset.result : (related?.instance ?? frame);
  const isSameObject = holder !== frame;
  // What each row of a loop lacks belongs to the queryset of the loop.
  if (related && (related.instance.isNew || interpreter.isRepeated(related.instance.varies))) return;
  if (!isSameObject && (frame.isDeclaration || frame.functionId === undefined || queryset.locksRows)) return;
  const node = rowsIn(place);
  if (isSameObject ? !isFixedChain(node) : !isWrittenQuery(node)) return;
  // A name may hold other rows of the same relation the next time.
  if (related && !leadsThrough(node, related.relation.accessor)) return;
  const text = textOf(interpreter, node);
  const known = interpreter.sentQueries.get(holder) ?? new Map<string, SentQuery>();
  interpreter.sentQueries.set(holder, known);
  const first = known.get(text);
  if (
    first?.frame === frame &&
    first.writes === interpreter.writes &&
    first.exceptional <= exceptional &&
    first.loops <= loops.length &&
    first.guards.every((guard, index) => guards[index] === guard)
  ) {
    if (first.node === node) return;
    interpreter.record({
      kind: "repeatedQuery",
      queryset,
      isSameObject,
      text,
      first: { node: first.node, location: interpreter.location(first.node) },
      node,
      ...interpreter.context(interpreter.location(node), queryset.varies),
    });
    return;
  }
  const { writes } = interpreter;
  known.set(text, { node, frame, guards: [...guards], loops: loops.length, writes, exceptional });
}

/** `len(project.tasks.all())` → `project.tasks.all()` */
function rowsIn(node: Expression): Expression {
  const isBuiltin = node.kind === "Call" && node.function.kind === "Name";
  return isBuiltin && node.arguments[0] ? node.arguments[0] : node;
}

/** `project.tasks.filter(done=True)`: a name with attributes and calls that are given nothing but literals. */
function isFixedChain(node: Expression): boolean {
  switch (node.kind) {
    case "Name":
      return true;
    case "Attribute":
      return isFixedChain(node.value);
    case "Subscript":
      return node.index.kind === "NumberLiteral" && isFixedChain(node.value);
    case "Call":
      return (
        isFixedChain(node.function) &&
        node.arguments.every(isLiteral) &&
        node.keywords.every(({ name, value }) => name !== undefined && isLiteral(value))
      );
    default:
      return false;
  }
}

/** `Task.objects.get(pk=pk)`: what its names hold, the code around tells. */
function isWrittenQuery(node: Expression): boolean {
  switch (node.kind) {
    case "Call":
      return (
        node.function.kind === "Attribute" &&
        isChainOfCalls(node.function.value) &&
        node.arguments.every(isPlain) &&
        node.keywords.every(({ name, value }) => name !== undefined && isPlain(value))
      );
    default:
      return false;
  }
}

function isChainOfCalls(node: Expression): boolean {
  return node.kind === "Call" ? isWrittenQuery(node) : isPath(node);
}

function isPath(node: Expression): boolean {
  return node.kind === "Name" || (node.kind === "Attribute" && isPath(node.value));
}

/** A literal, a name or a path of attributes and keys. */
function isPlain(node: Expression): boolean {
  if (node.kind === "Subscript") return isLiteral(node.index) && isPlain(node.value);
  return isLiteral(node) || isPath(node);
}

function leadsThrough(node: Expression, accessor: string): boolean {
  switch (node.kind) {
    case "Attribute":
      return node.attribute.name === accessor || leadsThrough(node.value, accessor);
    case "Call":
      return leadsThrough(node.function, accessor);
    case "Subscript":
      return leadsThrough(node.value, accessor);
    default:
      return false;
  }
}

function isLiteral({ kind }: Expression): boolean {
  return kind === "StringLiteral" || kind === "NumberLiteral" || kind === "ConstantLiteral";
}

function textOf({ state }: Interpreter, { start, end }: Expression): string {
  return state.frame.module.file.text.slice(start, end).replace(/\s+/g, "");
}

/** Names of methods that may write, where what they do is not known. */
export const mayWrite =
  /^a?(?:save|create|delete|update|add|remove|set|clear|sync|apply|perform|process|execute|commit|run|handle|import|move|merge|copy|refresh|reset|register|publish|unpublish|approve|close|complete|cancel|assign)/;
