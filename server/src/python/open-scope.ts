import type { Expression } from "../syntax/ast.ts";
import type { Binding, ClassOutline, ImportSource, Scope, VariableOutline } from "./outline.ts";

export interface OpenVariable {
  readonly definition: VariableOutline;
  readonly node: { kind: "Variable"; values: Expression[]; annotation: Expression | undefined };
}

/** A scope whose statements are being read. */
export class OpenScope implements Scope {
  readonly kind: Scope["kind"];
  readonly parents: readonly Scope[];
  readonly bindings = new Map<string, Binding[]>();
  readonly starImports: ImportSource[] = [];
  readonly variables = new Map<string, OpenVariable>();
  /** The class whose body it is. */
  owner: ClassOutline | undefined;
  /** `Outer.` in front of names, or nothing. */
  readonly prefix: string;

  constructor(kind: Scope["kind"], prefix: string, parents: readonly Scope[]) {
    this.kind = kind;
    this.prefix = prefix;
    this.parents = parents;
  }

  /** Scopes that a class or function in this one can see besides the module. Class bodies are skipped, as in Python. */
  visibleInside(): readonly Scope[] {
    return this.kind === "function" ? [this.closed(), ...this.parents] : this.parents;
  }

  /** The scope as the outline keeps it, without what only the reading needs. */
  closed(): Scope {
    this.kept ??= {
      kind: this.kind,
      parents: this.parents,
      bindings: this.bindings,
      starImports: this.starImports,
    };
    return this.kept;
  }
  private kept: Scope | undefined;
}
