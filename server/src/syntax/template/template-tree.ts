/**
 * The tree of a template in Django's language or Jinja's: plain data, made once per file version.
 *
 * Variables and arguments are expressions of the Python tree (`../ast.ts`): `task.project.0` is an `Attribute` in a
 * `Subscript`, with the places of the template's text. What they mean differs from Python, though: a lookup tries keys,
 * attributes and indexes, and calls what can be called.
 *
 * Text between tags is not kept. What Django would refuse is listed in `errors`; the rest of the file stays usable.
 */
import type { TextRange } from "../../base/text-range.ts";
import type { Comment, Expression, FunctionDef, Identifier } from "../ast.ts";

export interface TemplateTree {
  readonly body: readonly TemplateNode[];
  /** Every `{# … #}`, in order; `text` includes the delimiters. */
  readonly comments: readonly Comment[];
  readonly errors: readonly TemplateError[];
}

export interface TemplateError extends TextRange {
  readonly message: string;
}

/** One version of a template with its tree. Immutable: an edit makes a new one. */
export interface TemplateFile {
  /** Relative to the workspace root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly language: TemplateLanguage;
  readonly tree: TemplateTree;
}

/** In Jinja an expression is one of Python's tree, with the meaning that it has there: see `jinja/jinja-expression.ts`. */
export type TemplateLanguage = "django" | "jinja";

/** `task.owner|default:"nobody"|upper` */
export interface FilterExpression extends TextRange {
  /**
   * `Name`, `Attribute`, `Subscript` with a number, or a literal; `InvalidExpression` where nothing else was found.
   * In Jinja any expression: its filters are calls in it.
   */
  readonly value: Expression;
  readonly filters: readonly Filter[];
}

/** From its name to the end of its argument. */
export interface Filter extends TextRange {
  readonly name: Identifier;
  readonly argument: Expression | undefined;
}

/** The condition of `{% if %}`, where filters stand in the operands. */
export type TemplateTest = OperandTest | NotTest | BooleanTest | ComparisonTest;

export interface OperandTest extends TextRange {
  readonly kind: "OperandTest";
  readonly expression: FilterExpression;
}

export interface NotTest extends TextRange {
  readonly kind: "NotTest";
  readonly operand: TemplateTest;
}

/** `a and b and c` is one test with three operands. */
export interface BooleanTest extends TextRange {
  readonly kind: "BooleanTest";
  readonly operator: "and" | "or";
  readonly operands: readonly TemplateTest[];
}

export interface ComparisonTest extends TextRange {
  readonly kind: "ComparisonTest";
  readonly operator: ComparisonOperator;
  readonly left: TemplateTest;
  readonly right: TemplateTest;
}

export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in" | "is" | "is not";

/** `name=value`, or `value as name`. */
export interface Binding extends TextRange {
  readonly name: Identifier;
  readonly value: FilterExpression;
}

/** An argument of a tag; `name` is undefined for a positional one. */
export interface TagArgument extends TextRange {
  readonly name: Identifier | undefined;
  readonly value: FilterExpression;
}

/** The range of a node with a body reaches from its first tag to the end of its last one. */
export type TemplateNode =
  | VariableNode
  | ForNode
  | IfNode
  | IfChangedNode
  | WithNode
  | BlockNode
  | ExtendsNode
  | IncludeNode
  | RegroupNode
  | CacheNode
  | FilterNode
  | BlockTranslateNode
  | PartialDefNode
  | PartialNode
  | LoadNode
  | TagNode
  | BlockTagNode
  | SetNode
  | MacroNode
  | CallBlockNode
  | ImportNode;

/** `{{ task.name }}` */
export interface VariableNode extends TextRange {
  readonly kind: "VariableNode";
  readonly expression: FilterExpression;
}

export interface ForNode extends TextRange {
  readonly kind: "ForNode";
  /** The tag `{% for task in tasks %}`. */
  readonly header: TextRange;
  readonly targets: readonly Identifier[];
  readonly iterable: FilterExpression;
  readonly reversed: boolean;
  /** `{% for task in tasks if task.done %}` of Jinja. */
  readonly condition?: FilterExpression;
  readonly body: readonly TemplateNode[];
  /** After `{% empty %}`; undefined without it. */
  readonly empty: readonly TemplateNode[] | undefined;
}

export interface IfNode extends TextRange {
  readonly kind: "IfNode";
  /** `if`, each `elif`, and `else`, which has no test. */
  readonly branches: readonly IfBranch[];
}

export interface IfBranch {
  /** The tag. */
  readonly header: TextRange;
  readonly test: TemplateTest | undefined;
  readonly body: readonly TemplateNode[];
}

export interface IfChangedNode extends TextRange {
  readonly kind: "IfChangedNode";
  /** Empty when the rendered body itself is compared. */
  readonly values: readonly FilterExpression[];
  readonly body: readonly TemplateNode[];
  readonly orElse: readonly TemplateNode[];
}

export interface WithNode extends TextRange {
  readonly kind: "WithNode";
  readonly bindings: readonly Binding[];
  readonly body: readonly TemplateNode[];
}

export interface BlockNode extends TextRange {
  readonly kind: "BlockNode";
  readonly name: Identifier;
  readonly body: readonly TemplateNode[];
}

export interface ExtendsNode extends TextRange {
  readonly kind: "ExtendsNode";
  readonly parent: FilterExpression;
}

export interface IncludeNode extends TextRange {
  readonly kind: "IncludeNode";
  readonly template: FilterExpression;
  readonly bindings: readonly Binding[];
  /** Nothing else of the context reaches the template. */
  readonly only: boolean;
}

export interface RegroupNode extends TextRange {
  readonly kind: "RegroupNode";
  readonly target: FilterExpression;
  /** What each element is grouped by: a lookup on `name`, which stands for the element. */
  readonly by: FilterExpression;
  readonly name: Identifier;
}

export interface CacheNode extends TextRange {
  readonly kind: "CacheNode";
  readonly timeout: FilterExpression;
  readonly fragment: string;
  readonly varyOn: readonly FilterExpression[];
  readonly body: readonly TemplateNode[];
}

/** `{% filter upper|escape %}` */
export interface FilterNode extends TextRange {
  readonly kind: "FilterNode";
  readonly filters: readonly Filter[];
  readonly body: readonly TemplateNode[];
}

export interface BlockTranslateNode extends TextRange {
  readonly kind: "BlockTranslateNode";
  /** `blocktranslate`, or `blocktrans`. */
  readonly tag: Identifier;
  readonly bindings: readonly Binding[];
  readonly counter: Binding | undefined;
  readonly context: FilterExpression | undefined;
  /** Variables in the text: names of the context only, `{{ task.name }}` is not looked up. */
  readonly names: readonly Identifier[];
  readonly as: Identifier | undefined;
}

export interface PartialDefNode extends TextRange {
  readonly kind: "PartialDefNode";
  readonly name: Identifier;
  /** It is also rendered where it is defined. */
  readonly inline: boolean;
  readonly body: readonly TemplateNode[];
}

export interface PartialNode extends TextRange {
  readonly kind: "PartialNode";
  readonly name: Identifier;
}

export interface LoadNode extends TextRange {
  readonly kind: "LoadNode";
  readonly libraries: readonly Identifier[];
  /** `{% load a b from library %}`; undefined where everything is loaded. */
  readonly names: readonly Identifier[] | undefined;
}

/** Any other tag without a body: `{% url "task" task.pk as link %}`. */
export interface TagNode extends TextRange {
  readonly kind: "TagNode";
  readonly name: Identifier;
  readonly arguments: readonly TagArgument[];
  /** The variable that takes the result. */
  readonly as: Identifier | undefined;
}

/** Any other tag with a body, which reaches to `endNAME`. */
export interface BlockTagNode extends TextRange {
  readonly kind: "BlockTagNode";
  readonly name: Identifier;
  readonly arguments: readonly TagArgument[];
  readonly as: Identifier | undefined;
  /** Parts of the body: `{% else %}` and its like begin another one. */
  readonly branches: readonly (readonly TemplateNode[])[];
}

// Jinja's own tags

/** `{% set total = tasks|length %}`, `{% set text %}…{% endset %}`, and `{% do %}`, which sets nothing. */
export interface SetNode extends TextRange {
  readonly kind: "SetNode";
  readonly targets: readonly Identifier[];
  readonly value: FilterExpression | undefined;
  readonly body: readonly TemplateNode[];
}

/** `{% macro row(task, open=false) %}` */
export interface MacroNode extends TextRange {
  readonly kind: "MacroNode";
  /** Its name and parameters, with what each macro has besides: `varargs`, `kwargs` and `caller`. No statements. */
  readonly definition: FunctionDef;
  readonly body: readonly TemplateNode[];
}

/** `{% call(task) list(tasks) %}…{% endcall %}` */
export interface CallBlockNode extends TextRange {
  readonly kind: "CallBlockNode";
  /** Passes `callerName` as the keyword `caller`. */
  readonly call: FilterExpression;
  /** What `caller()` is: the parameters of the block. */
  readonly definition: FunctionDef;
  readonly body: readonly TemplateNode[];
}

/** `{% import "forms.html" as forms %}`, `{% from "forms.html" import field, label as caption %}` */
export interface ImportNode extends TextRange {
  readonly kind: "ImportNode";
  readonly template: FilterExpression;
  /** The name of the whole; undefined where single names are imported. */
  readonly as: Identifier | undefined;
  readonly names: readonly { readonly name: string; readonly as: string }[];
}
