import { maybeAbsent } from "../../interpret/presence.ts";
import { unknown } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import type { Mapping, Value } from "../../queryset/value.ts";

/** The names that a template can use: those of the tags around, then those that it was rendered with. */
export class TemplateContext {
  readonly #parent: TemplateContext | undefined;
  readonly #names: Map<string, Value>;
  readonly #fallback: ((name: string) => Value | undefined) | undefined;

  /** @param fallback asked for names that nobody passed, such as those of context processors */
  constructor(
    names: ReadonlyMap<string, Value>,
    parent?: TemplateContext,
    fallback?: (name: string) => Value | undefined,
  ) {
    this.#names = new Map(names);
    this.#parent = parent;
    this.#fallback = fallback;
  }

  /** For the inside of a tag: what is set there ends with it. */
  push(names: ReadonlyMap<string, Value> = new Map()): TemplateContext {
    return new TemplateContext(names, this);
  }

  /** With nothing but these names, and what every template has. */
  isolated(names: ReadonlyMap<string, Value>): TemplateContext {
    return new TemplateContext(names, undefined, this.#root().#fallback);
  }

  get(name: string): Value {
    for (let context: TemplateContext | undefined = this; context; context = context.#parent) {
      const value = context.#names.get(name);
      // What is passed to a template may be passed in some cases only.
      if (value) return context.#parent ? value : maybeAbsent(value);
    }
    return this.#root().#fallback?.(name) ?? unknown;
  }

  set(name: string, value: Value): void {
    this.#names.set(name, value);
  }

  /** What `takes_context` passes to a function. */
  flat(): Mapping {
    const entries = new Map<string, Value>();
    for (let context: TemplateContext | undefined = this; context; context = context.#parent) {
      for (const [name, value] of context.#names) if (!entries.has(name)) entries.set(name, value);
    }
    return {
      kind: "mapping",
      entries,
      key: unknown,
      element: unknown,
      size: { kind: "unknown" },
      varies: noLoops,
    };
  }

  #root(): TemplateContext {
    let root: TemplateContext = this;
    while (root.#parent) root = root.#parent;
    return root;
  }
}
