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

/** What a call sent, without what lies around the call. */
export interface QueryOfCall extends CountedQuery {
  /** An object that was there before the call keeps the answer: the next call with it finds it there. */
  readonly kept: boolean;
}

interface Recorded extends CountedQuery {
  readonly kept: { readonly since: number } | undefined;
}

/** Where a call begins among the queries of its root. */
export interface QueryMark {
  readonly queries: number;
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

export class QueryCounts {
  #queries: Recorded[] = [];
  /** By what holds the answers of a queryset or object: the loops in which it was made. */
  #made = new WeakMap<object, { readonly loops: LoopSet; readonly order: number }>();
  #objects = 0;
  readonly #keptCalls = new Set<string>();

  /** The queries since the last time. */
  take(): readonly CountedQuery[] {
    const queries = this.#queries;
    this.#queries = [];
    this.#made = new WeakMap();
    this.#keptCalls.clear();
    return queries;
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
    kept: Recorded["kept"],
  ): void {
    const { state } = interpreter;
    if (state.exceptional > 0 || this.#queries.length >= most) return;
    this.#queries.push({
      ...query,
      location: interpreter.location(node),
      loops: [...loops],
      calls: [...state.calls],
      kept,
    });
  }

  mark(): QueryMark {
    return { queries: this.#queries.length, objects: this.#objects };
  }

  forgetSince({ queries }: QueryMark): void {
    this.#queries.length = queries;
  }

  /**
   * What a call sent that began at the mark.
   * @param depth how many calls lead to it and it is itself
   */
  sentSince(
    { queries, objects }: QueryMark,
    depth: number,
    loopsAround: readonly Loop[],
  ): readonly QueryOfCall[] {
    const around = new Set(loopsAround);
    return this.#queries.slice(queries).map(({ kept, calls, loops, ...query }) => {
      const inside = loops.filter((loop) => !around.has(loop));
      return {
        ...query,
        calls: calls.slice(depth),
        loops: inside,
        kept: kept !== undefined && kept.since <= objects && inside.length === 0,
      };
    });
  }

  /** A call whose result is kept under this key is running. */
  keep(key: string): void {
    this.#keptCalls.add(key);
  }

  /**
   * A call whose result is known is made once more.
   * @param options.inRoot it was made by this root, with the same objects
   * @param options.keptAs the key under which its result is kept: only the first call of a root sends anything
   */
  repeat(
    queries: readonly QueryOfCall[],
    callsAround: readonly CallFrame[],
    loopsAround: readonly Loop[],
    { inRoot, keptAs }: { readonly inRoot: boolean; readonly keptAs: string | undefined },
  ): void {
    if (keptAs !== undefined) {
      if (this.#keptCalls.has(keptAs)) return;
      this.#keptCalls.add(keptAs);
    }
    for (const { kept, calls, loops, ...query } of queries) {
      if ((kept && inRoot) || this.#queries.length >= most) continue;
      this.#queries.push({
        ...query,
        calls: [...callsAround, ...calls],
        loops: [...loopsAround, ...loops],
        kept: undefined,
      });
    }
  }
}

/** Each is a query of its own. */
function prefetchedPaths(prefetch: ReadonlyMap<string, Prefetched>): readonly string[] {
  return [...prefetch].flatMap(([path, { queryset }]) => [
    path,
    ...(queryset ? prefetchedPaths(queryset.prefetch).map((nested) => `${path}__${nested}`) : []),
  ]);
}
