import type { Location } from "../../base/text-range.ts";
import { maybeAbsent } from "../../interpret/conditions/presence.ts";
import type { FragmentRead } from "../../interpret/facts.ts";
import { copyOfEntries } from "../../queryset/copies.ts";
import { alternativesOf, join, unknown } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { Mapping, Scope, Value } from "../../queryset/value.ts";
import type { TemplateFile } from "../../syntax/template/template-tree.ts";
import type { ContextProcessors } from "./context-processors.ts";

export type NameObserver = (read: FragmentRead) => void;

/** What is rendered together, as far as it has come. */
export interface RenderedPage {
  readonly templates: Set<TemplateFile>;
  /** Each of them was found and gone through to its end. */
  complete: boolean;
}

/** The names that a template can use: those of the tags around, then those that it was rendered with. */
export class TemplateContext {
  readonly #parent: TemplateContext | undefined;
  readonly #names: Map<string, Value>;
  readonly #processors: ContextProcessors | undefined;
  /** Other names than those that are known may be in it. */
  #isOpen: boolean;
  #scope: Scope | undefined;
  /** Told of the names that the inside reads of the names around. */
  readonly #observer: NameObserver | undefined;
  /** Somebody is told. */
  readonly isObserved: boolean;
  readonly page: RenderedPage | undefined;

  /**
   * @param processors asked for names that nobody passed
   * @param isClosed nobody passed other names than these
   */
  constructor(
    names: ReadonlyMap<string, Value>,
    parent?: TemplateContext,
    processors?: ContextProcessors,
    isClosed = false,
    observer?: NameObserver,
    page?: RenderedPage,
  ) {
    this.#names = copyOfEntries(names);
    // What is passed to a template may be passed in some cases only.
    if (!parent) for (const [name, value] of names) this.#names.set(name, maybeAbsent(value));
    this.#parent = parent;
    this.#processors = processors;
    this.#isOpen = !isClosed;
    this.#observer = observer;
    this.page = page ?? parent?.page;
    this.isObserved = observer !== undefined || parent?.isObserved === true;
  }

  /** For the inside of a tag: what is set there ends with it. */
  push(names: ReadonlyMap<string, Value> = new Map()): TemplateContext {
    return new TemplateContext(names, this);
  }

  /** For the inside of a tag, telling what is read in it of the names around. */
  observed(observer: NameObserver): TemplateContext {
    return new TemplateContext(new Map(), this, undefined, false, observer);
  }

  /** Tells those who observe that the inside reads the name. */
  noteRead(name: string, location: Location): void {
    const passed: NameObserver[] = [];
    for (let context: TemplateContext | undefined = this; context; context = context.#parent) {
      const value = context.#names.get(name);
      if (value) {
        const boundBy = context.#parent ? "tag" : "context";
        for (const observer of passed) observer({ name, location, value, boundBy });
        return;
      }
      if (context.#observer) passed.push(context.#observer);
    }
    const value = this.#root().#processors?.get(name) ?? unknown;
    for (const observer of passed) observer({ name, location, value, boundBy: "processor" });
  }

  /** With nothing but these names, and what every template has. */
  isolated(names: ReadonlyMap<string, Value>, isClosed = false): TemplateContext {
    return new TemplateContext(names, undefined, this.#root().#processors, isClosed, undefined, this.page);
  }

  /** Whether the name stands for nothing wherever this is rendered. */
  isAbsent(name: string): boolean {
    const root = this.#root();
    return !root.#isOpen && this.#find(name) === undefined && root.#processors?.mayAdd(name) === false;
  }

  /** Code that is not known may have set any name. */
  assumeAnything(): void {
    this.#root().#isOpen = true;
  }

  get(name: string): Value {
    return this.#find(name) ?? this.#root().#processors?.get(name) ?? unknown;
  }

  #find(name: string): Value | undefined {
    for (let context: TemplateContext | undefined = this; context; context = context.#parent) {
      const value = context.#names.get(name);
      if (value) return value;
    }
    return undefined;
  }

  set(name: string, value: Value): void {
    this.#names.set(name, value);
  }

  /** The names that were set here, without those around. */
  own(): ReadonlyMap<string, Value> {
    return this.#names;
  }

  /** Takes a name that nobody passed from what every context has. Whether it has it. */
  ask(name: string): boolean {
    const root = this.#root();
    const value = root.#processors?.get(name);
    if (value) root.set(name, value);
    return value !== undefined;
  }

  /** The names as those of a function, with `outer` around them. */
  scope(outer: Scope): Scope {
    this.#scope ??= {
      parent: this.#parent ? this.#parent.scope(outer) : outer,
      names: this.#names,
      changes: [],
      branches: 0,
      shared: new Set(),
    };
    return this.#scope;
  }

  /** What `takes_context` passes to a function. */
  flat(): Mapping {
    const entries = new Map<string, Value>();
    for (let context: TemplateContext | undefined = this; context; context = context.#parent) {
      for (const [name, value] of context.#names) if (!entries.has(name)) entries.set(name, value);
    }
    return mappingOf(entries, { size: { kind: "unknown" } });
  }

  #root(): TemplateContext {
    let root: TemplateContext = this;
    while (root.#parent) root = root.#parent;
    return root;
  }
}

/** What a dictionary holds by name; of several that it may be, everything that any of them holds. */
export function contextOf(context: Value | undefined): ReadonlyMap<string, Value> {
  const names = new Map<string, Value>();
  if (!context) return names;
  for (const alternative of alternativesOf(context)) {
    if (alternative.kind !== "mapping") continue;
    for (const [name, value] of alternative.entries) {
      const other = names.get(name);
      names.set(name, other ? join(other, value) : value);
    }
  }
  return names;
}
