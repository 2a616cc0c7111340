/**
 * Remembers calls, so that a function is not interpreted again with values that mean the same to it.
 *
 * A call whose values carry no rows of a known queryset, and that change with no loop, has the same effect wherever it
 * stands: its result is kept for good. Any other call is kept for the root in which it happens, by the rows and objects
 * that it is given.
 */
import type { FunctionLike } from "../python/symbols.ts";
import { fresh } from "../queryset/join.ts";
import type { LoopSet } from "../queryset/loop-set.ts";
import type { FunctionValue, PlainObject, Unknown, Value } from "../queryset/value.ts";
import type { BlockingCall, RootContext, RowsUse } from "./facts.ts";
import type { Arguments } from "./interpreter.ts";
import type { SentByCall } from "./query-counts.ts";

export interface CallResult {
  readonly value: Value;
  readonly visited: ReadonlySet<string>;
  /** Labels of models whose rows it touches, see `Loop.touched`. */
  readonly touched: ReadonlySet<string>;
  /** What is assigned to the instances that it was given, as the call left them, in their order. */
  readonly assigned: readonly ReadonlyMap<string, LoopSet>[];
  /** Number of queries, writes and blocking calls on the way. */
  readonly effects: number;
  /** Attributes of the object whose method it was, as the call left them. */
  readonly attributes: ReadonlyMap<string, Value> | undefined;
  /** Effects that matter to every root that leads here. */
  readonly blocking: readonly BlockingCall[];
  /** What it does with querysets, the same each time; of each place the first. */
  readonly uses: readonly RowsUse[];
  /** Where the roots run for which the uses are on record. */
  readonly usedIn: Set<RootContext>;
  /** Undefined where it sends none, or nobody counts them. */
  readonly queries: SentByCall | undefined;
  /** The work that was left to the root sufficed to follow it, and all calls in it, to the end. */
  readonly finished: boolean;
  /** How many calls deep it stood, where calls in it were not followed because they stand too deep; otherwise 0. */
  readonly cutAtDepth: number;
}

export interface CallKey {
  readonly text: string;
  readonly scope: "everywhere" | "root";
}

const mostAttributes = 20;

function unknownText({ given, text }: Unknown): string {
  return `?${given ? "!" : ""}${text ? JSON.stringify(text) : ""}`;
}

function freshAll(values: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const copies = new Map<string, Value>();
  for (const [name, value] of values) copies.set(name, fresh(value));
  return copies;
}

export class CallResults {
  readonly #everywhere = new Map<string, CallResult>();
  readonly #ofRoot = new Map<string, CallResult>();
  readonly #identities = new WeakMap<object, number>();
  #lastIdentity = 0;
  #isOfRoot = false;

  startRoot(): void {
    this.#ofRoot.clear();
  }

  /** @param depth how many calls deep it stands */
  get(key: CallKey, depth: number): CallResult | undefined {
    const everywhere = key.scope === "everywhere" ? this.#everywhere.get(key.text) : undefined;
    // With fewer calls around it than in another root, it is followed further.
    const isDeepEnough = everywhere !== undefined && depth >= everywhere.cutAtDepth;
    const known = isDeepEnough ? everywhere : this.#ofRoot.get(key.text);
    if (!known) return undefined;
    return {
      ...known,
      value: fresh(known.value),
      attributes: known.attributes && freshAll(known.attributes),
    };
  }

  set(key: CallKey, result: CallResult): void {
    const value = fresh(result.value);
    if (key.scope === "root") {
      // It is the same object that the call changed.
      this.#ofRoot.set(key.text, { ...result, value, attributes: undefined });
      return;
    }
    const attributes = result.attributes && freshAll(result.attributes);
    const kept = { ...result, value, attributes };
    // Another root may have more work left or stand less deep, and follow it further.
    if (result.finished) this.#everywhere.set(key.text, kept);
    if (!result.finished || result.cutAtDepth > 0) this.#ofRoot.set(key.text, kept);
  }

  /** @param circumstances whatever else the result depends on */
  keyOf(callee: FunctionValue, args: Arguments, circumstances: string): CallKey {
    this.#isOfRoot = callee.closure !== undefined;
    let text = this.#identityOfFunction(callee.node);
    if (callee.closure) text += `|closure ${this.#identity(callee.closure)}`;
    if (callee.receiver) text += `|self ${this.#describe(callee.receiver)}`;
    for (const value of callee.boundArguments) text += `|${this.#describe(value)}`;
    for (const value of args.positional) text += `|${this.#describe(value)}`;
    if (args.keywords.size > 0)
      for (const [name, value] of args.keywords) text += `|${name}=${this.#describe(value)}`;
    if (args.open) text += "|*";
    if (circumstances !== "") text += `|${circumstances}`;
    return { text, scope: this.#isOfRoot ? "root" : "everywhere" };
  }

  /** Notes where the text means the value in this root only. */
  #describe(value: Value): string {
    const text = this.#plainText(value);
    if (text !== undefined) return text;
    if (value.kind === "union") return `(${this.#describeAll(value.alternatives, "/")})`;
    if (value.kind === "collection" && value.items?.length !== 0) {
      return `[${value.present ? "!" : ""}${this.#describe(value.element)} ${this.#describeAll(value.items ?? [], ",")} ${value.size.kind} ${value.varies.join()}]`;
    }
    this.#isOfRoot = true;
    return this.#textInRoot(value);
  }

  #describeAll(values: readonly Value[], separator: string): string {
    return values.map((value) => this.#describe(value)).join(separator);
  }

  /** Within a root, rows of one queryset that change with the same loops are as good as the same object. */
  #textInRoot(value: Value): string {
    if (value.kind === "unknown" && !value.condition) return `${unknownText(value)}${value.varies.join()}`;
    if (value.kind === "instance" && value.source && !value.isNew) {
      const { queryset, path, single } = value.source;
      return `row ${this.#identity(queryset)} ${path.join("__")} ${single ? "one" : ""}${value.present ? "!" : ""}${value.state.inTable ? "+" : ""}${value.state.refreshed ? "^" : ""} ${value.varies.join()}`;
    }
    if (value.kind === "instance") return `#${this.#identity(value)} ${value.state.inTable}`;
    return `#${this.#identity(value)}`;
  }

  /** Values that mean the same wherever they come from. */
  #plainText(value: Value): string | undefined {
    switch (value.kind) {
      case "unknown":
        return value.varies.length === 0 && !value.condition ? unknownText(value) : undefined;
      case "literal":
        return `${value.changeable ? "~" : ""}${
          typeof value.value === "string" ? JSON.stringify(value.value.slice(0, 80)) : String(value.value)
        }`;
      case "module":
        return `module ${value.module.name}`;
      case "external":
        return value.made ? undefined : `external ${value.name}`;
      case "template":
        return `template ${value.names.join()}`;
      case "class":
        return `class ${value.symbol?.id ?? value.model?.label ?? ""}`;
      case "instance":
        return !value.source && !value.isNew && value.varies.length === 0
          ? `a ${value.model.label}${value.present ? "!" : ""}`
          : undefined;
      case "manager":
        return value.related ? undefined : `manager ${value.model.label}.${value.declaration?.name ?? ""}`;
      case "function":
        return value.receiver || value.closure || value.boundArguments.length > 0
          ? undefined
          : `function ${this.#identityOfFunction(value.node)}`;
      case "method": {
        // An object may hold its own methods.
        const receiver = value.receiver.kind === "object" ? undefined : this.#plainText(value.receiver);
        return receiver === undefined ? undefined : `${receiver}.${value.name}`;
      }
      case "object":
        return this.#plainObject(value);
      default:
        return undefined;
    }
  }

  /** An object none of whose attributes carries anything of interest. */
  #plainObject(object: PlainObject): string | undefined {
    if (object.varies.length > 0 || object.attributes.size > mostAttributes) return undefined;
    const parts: string[] = [];
    for (const [name, value] of object.attributes) {
      const text = value.kind === "object" ? undefined : this.#plainText(value);
      if (text === undefined) return undefined;
      parts.push(`${name}=${text}`);
    }
    return `object ${object.symbol.id} ${parts.join()}`;
  }

  #identityOfFunction(node: FunctionLike): string {
    return `f${this.#identity(node)}`;
  }

  #identity(value: object): number {
    let identity = this.#identities.get(value);
    if (identity === undefined) {
      this.#lastIdentity += 1;
      identity = this.#lastIdentity;
      this.#identities.set(value, identity);
    }
    return identity;
  }
}
