/**
 * Counts the queries that a root sends, those included that stand in no loop: what a page, a task or a command costs as
 * a whole. Facts are about queries that are worth a finding; this is about all of them, and is only done on request.
 */
import type { Location } from "../base/text-range.ts";
import type { Model } from "../django/model-graph.ts";
import type { Instance } from "../queryset/instance.ts";
import type { LoopSet } from "../queryset/loop-set.ts";
import type { Prefetched, Queryset } from "../queryset/queryset.ts";
import type { Value } from "../queryset/value.ts";
import type { Expression } from "../syntax/ast.ts";
import type { CallFrame, Loop } from "./facts.ts";
import type { Interpreter } from "./interpreter.ts";

export interface CountedQuery {
  readonly location: Location;
  /** How the text reads that sends it: `task.project`, `tasks.count()`. */
  readonly text: string;
  /** `iterate`, `count`, `prefetch`, `load`, `write` … */
  readonly operation: string;
  /** Label of the model whose rows are asked for or written. */
  readonly model: string;
  /** In whose rounds it is sent again, outermost first. */
  readonly loops: readonly Loop[];
  /** Calls on the way from the root, outermost first. */
  readonly calls: readonly CallFrame[];
}

interface SentQuery extends CountedQuery {
  readonly kind: "query";
  /** An object keeps the answer: it was the one with this number that was made. Undefined where nothing keeps it. */
  readonly kept: { readonly since: number } | undefined;
}

/** A call whose result is known was made once more. */
interface RepeatedCall {
  readonly kind: "repeated";
  readonly sent: SentByCall;
  readonly calls: readonly CallFrame[];
  readonly loops: readonly Loop[];
  /** It was made by this root, with the same objects. */
  readonly inRoot: boolean;
}

/** What a root or a call sends, in that order: its own queries, and the calls that it makes. */
type Sent = SentQuery | RepeatedCall | readonly Sent[];

/** What a call sent, whoever makes it again. */
export interface SentByCall {
  readonly sent: readonly Sent[];
  /** How many calls lead to it, and it is itself. */
  readonly depth: number;
  readonly loopsAround: readonly Loop[];
  /** How many objects there were before it. */
  readonly objects: number;
  /** What it comes to, where somebody has asked before. */
  queries?: readonly QueryOfCall[];
}

/** A query of a call, without what lies around the call. */
interface QueryOfCall extends CountedQuery {
  /** An object that was there before the call keeps the answer: the next call with it finds it there. */
  readonly kept: boolean;
}

/** Where a call begins among the queries of its root. */
export interface QueryMark {
  readonly into: Sent[];
  readonly length: number;
  readonly objects: number;
}

/** Queries of one root; behind that it is past counting. */
const most = 3000;

/** Operations that leave their rows with the queryset. */
const keepsRows: ReadonlySet<string> = new Set(["iterate", "list", "len", "bool", "contains"]);

/** Operations that give rows, for which relations are prefetched. */
const givesRows: ReadonlySet<string> = new Set([
  ...keepsRows,
  "get",
  "first",
  "last",
  "earliest",
  "latest",
  "index",
  "in_bulk",
]);

/**
 * Calls are kept as a tree and laid out where a root is asked for: most calls are made by roots that nobody starts, and
 * what they send would be copied once for each call around them.
 */
export class QueryCounts {
  /** Where the running call's queries go. */
  #sent: Sent[] = [];
  #length = 0;
  /** By what holds the answers of a queryset or object: the loops in which it was made. */
  #made = new WeakMap<object, { readonly loops: LoopSet; readonly order: number }>();
  #objects = 0;
  readonly #keptCalls = new Set<string>();

  /** The queries since the last time. */
  take(): readonly CountedQuery[] {
    const queries: CountedQuery[] = [];
    layOut(this.#sent, (query) => queries.push(query));
    this.startAgain();
    return queries;
  }

  /** Forgets the queries since the last time. */
  startAgain(): void {
    this.#sent = [];
    this.#length = 0;
    this.#made = new WeakMap();
    this.#keptCalls.clear();
  }

  /** A call gave the value: it was made in the loops that are running. */
  noteMade(value: Value, loops: readonly Loop[]): void {
    const holder =
      value.kind === "queryset" ? value.result : value.kind === "instance" ? value.attributes : undefined;
    if (!holder || this.#made.has(holder)) return;
    this.#objects += 1;
    this.#made.set(holder, { loops: loops.map(({ id }) => id), order: this.#objects });
  }

  addQueryset(interpreter: Interpreter, queryset: Queryset, operation: string, node: Expression): void {
    const { loops } = interpreter.state;
    const made = this.#made.get(queryset.result);
    const isKept = keepsRows.has(operation);
    const repeating =
      isKept && made
        ? loops.filter(({ id }) => made.loops.includes(id) || queryset.varies.includes(id))
        : loops;
    const kept = isKept && made ? { since: made.order } : undefined;
    const model = queryset.model.label;
    const text = interpreter.text(node);
    this.#add(interpreter, node, { operation, text, model }, repeating, kept);
    if (!givesRows.has(operation) || queryset.rows !== "instances" || queryset.streamed) return;
    for (const path of prefetchedPaths(queryset.prefetch)) {
      const prefetch = { operation: "prefetch", text: `prefetch of ${path}`, model };
      this.#add(interpreter, node, prefetch, repeating, kept);
    }
  }

  /** A row loads a relation or a column, and keeps it. */
  addLoad(interpreter: Interpreter, instance: Instance, model: string, node: Expression): void {
    const made = this.#made.get(instance.attributes);
    const loops = interpreter.state.loops.filter(
      ({ id }) => instance.varies.includes(id) || made?.loops.includes(id) === true,
    );
    const load = { operation: "load", text: interpreter.text(node), model };
    this.#add(interpreter, node, load, loops, { since: made?.order ?? 0 });
  }

  addWrite(interpreter: Interpreter, model: Model, node: Expression): void {
    const write = { operation: "write", text: interpreter.text(node), model: model.label };
    this.#add(interpreter, node, write, interpreter.state.loops, undefined);
  }

  #add(
    interpreter: Interpreter,
    node: Expression,
    query: Pick<CountedQuery, "operation" | "text" | "model">,
    loops: readonly Loop[],
    kept: SentQuery["kept"],
  ): void {
    const { state } = interpreter;
    if (state.exceptional > 0 || this.#length >= most) return;
    this.#length += 1;
    this.#sent.push({
      ...query,
      kind: "query",
      location: interpreter.location(node),
      loops: [...loops],
      calls: [...state.calls],
      kept,
    });
  }

  mark(): QueryMark {
    return { into: this.#sent, length: this.#sent.length, objects: this.#objects };
  }

  forgetSince({ into, length }: QueryMark): void {
    this.#sent = into;
    this.#sent.length = length;
  }

  /**
   * A call begins.
   * @param keptAs the key under which its result is kept: only the first call of a root sends anything
   */
  startCall(keptAs: string | undefined): QueryMark {
    const mark = this.mark();
    if (keptAs !== undefined) this.#keptCalls.add(keptAs);
    this.#sent = [];
    return mark;
  }

  /**
   * The call that began at the mark is over.
   * @param depth how many calls lead to it, and it is itself
   */
  endCall({ into, objects }: QueryMark, depth: number, loopsAround: readonly Loop[]): SentByCall | undefined {
    const sent = this.#sent;
    this.#sent = into;
    if (sent.length === 0) return undefined;
    into.push(sent);
    return { sent, depth, loopsAround: [...loopsAround], objects };
  }

  /** A call whose result is known is made once more. */
  repeat(
    sent: SentByCall,
    calls: readonly CallFrame[],
    loopsAround: readonly Loop[],
    { inRoot, keptAs }: { readonly inRoot: boolean; readonly keptAs: string | undefined },
  ): void {
    if (keptAs !== undefined) {
      if (this.#keptCalls.has(keptAs)) return;
      this.#keptCalls.add(keptAs);
    }
    this.#sent.push({ kind: "repeated", sent, calls, loops: [...loopsAround], inRoot });
  }
}

interface LaidOutQuery extends CountedQuery {
  readonly kept?: SentQuery["kept"];
}

/**
 * Hands out the queries in their order until there are too many.
 * @param add tells how many there are with it
 */
function layOut(sent: readonly Sent[], add: (query: LaidOutQuery) => number): boolean {
  return sent.every((each) => {
    if (!("kind" in each)) return layOut(each, add);
    if (each.kind === "query") return add(each) < most;
    return queriesOf(each.sent).every(({ kept, calls, loops, ...query }) => {
      if (kept && each.inRoot) return true;
      return add({ ...query, calls: [...each.calls, ...calls], loops: [...each.loops, ...loops] }) < most;
    });
  });
}

function queriesOf(call: SentByCall): readonly QueryOfCall[] {
  if (call.queries) return call.queries;
  const around = new Set(call.loopsAround);
  const queries: QueryOfCall[] = [];
  layOut(call.sent, ({ location, text, operation, model, kept, calls, loops }) => {
    const inside = loops.filter((loop) => !around.has(loop));
    return queries.push({
      location,
      text,
      operation,
      model,
      calls: calls.slice(call.depth),
      loops: inside,
      kept: kept !== undefined && kept.since <= call.objects && inside.length === 0,
    });
  });
  call.queries = queries;
  return queries;
}

/** Each is a query of its own. */
function prefetchedPaths(prefetch: ReadonlyMap<string, Prefetched>): readonly string[] {
  return [...prefetch].flatMap(([path, { queryset }]) => [
    path,
    ...(queryset ? prefetchedPaths(queryset.prefetch).map((nested) => `${path}__${nested}`) : []),
  ]);
}
