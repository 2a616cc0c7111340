/**
 * What the code around an expression tells about a name in it. Plain data: a compiler of querysets evaluates the
 * bindings in their order, then the expression.
 */
export type NameBinding =
  | ParameterBinding
  | ReceiverBinding
  | AssignmentBinding
  | LoopVariableBinding
  | ImportBinding
  | UnknownBinding;

export interface ParameterBinding {
  readonly kind: "parameter";
  readonly name: string;
  /** Source text. */
  readonly annotation: string | undefined;
}

/** The first parameter of a method: `self`, or `cls` of a class method. */
export interface ReceiverBinding {
  readonly kind: "receiver";
  readonly name: string;
  /** `Outer.Inner`, in the module of the expression. */
  readonly class: string;
  readonly isClass: boolean;
}

export interface AssignmentBinding {
  readonly kind: "assignment";
  readonly name: string;
  /** Source text. */
  readonly expression: string;
}

/** The name stands for one element of the iterable. */
export interface LoopVariableBinding {
  readonly kind: "loopVariable";
  readonly name: string;
  /** Source text. */
  readonly iterable: string;
}

/** An import inside a function. */
export interface ImportBinding {
  readonly kind: "import";
  readonly name: string;
  /** Source text. */
  readonly statement: string;
}

/** Bound by something that is not followed: `with`, `except`, unpacking. */
export interface UnknownBinding {
  readonly kind: "unknown";
  readonly name: string;
}
