/**
 * The lowered Python syntax tree: plain data, made once per file version from tree-sitter's tree.
 * The kinds and their fields carry the names of Python's own `ast` module.
 *
 * A node's range covers its own text without enclosing parentheses, as in `ast`.
 * Text that the parser could not understand becomes an `Invalid` node, so that the rest of the file stays usable.
 * What the user has not typed yet is an empty `InvalidExpression`, or an `Identifier` with an empty name, in its place.
 *
 * Nodes lie at most about 500 deep in each other (`maximumDepth`), so that a walk over the tree may be recursive.
 */
import type { TextRange } from "../base/text-range.ts";

/** An identifier with its place, where the place matters (a definition, an attribute, a keyword argument). */
export interface Identifier extends TextRange {
  readonly name: string;
}

export interface ModuleTree {
  readonly body: readonly Statement[];
  /** Every comment, in order, without regard to where it stands; `text` includes the `#`. */
  readonly comments: readonly Comment[];
  /** Where the parser found a syntax error, in order. Empty for a well-formed file. */
  readonly errors: readonly TextRange[];
}

export interface Comment extends TextRange {
  readonly text: string;
}

// Statements

export type Statement =
  | FunctionDef
  | ClassDef
  | Return
  | Delete
  | Assign
  | AugAssign
  | AnnAssign
  | For
  | While
  | If
  | With
  | Match
  | Raise
  | Try
  | Assert
  | Import
  | ImportFrom
  | Global
  | Nonlocal
  | ExpressionStatement
  | TypeAlias
  | Pass
  | Break
  | Continue
  | InvalidStatement;

/** Its range starts with the first decorator, unlike in `ast`. */
export interface FunctionDef extends TextRange {
  readonly kind: "FunctionDef";
  readonly name: Identifier;
  readonly async: boolean;
  readonly decorators: readonly Expression[];
  readonly parameters: readonly Parameter[];
  readonly returns: Expression | undefined;
  readonly body: readonly Statement[];
  /** From the first token of the body to its end. */
  readonly bodyRange: TextRange;
}

export interface Parameter extends TextRange {
  readonly name: string;
  /** How an argument reaches it: `*args` is `starred`, `**kwargs` is `doubleStarred`. */
  readonly form: "positionalOnly" | "positionalOrKeyword" | "keywordOnly" | "starred" | "doubleStarred";
  readonly annotation: Expression | undefined;
  readonly default: Expression | undefined;
}

/** Its range starts with the first decorator, unlike in `ast`. */
export interface ClassDef extends TextRange {
  readonly kind: "ClassDef";
  readonly name: Identifier;
  readonly decorators: readonly Expression[];
  readonly bases: readonly Expression[];
  readonly keywords: readonly Keyword[];
  readonly body: readonly Statement[];
  readonly bodyRange: TextRange;
}

export interface Return extends TextRange {
  readonly kind: "Return";
  readonly value: Expression | undefined;
}

export interface Delete extends TextRange {
  readonly kind: "Delete";
  readonly targets: readonly Expression[];
}

/** `a = b = value`: each `=` adds a target. */
export interface Assign extends TextRange {
  readonly kind: "Assign";
  readonly targets: readonly Expression[];
  readonly value: Expression;
}

export interface AugAssign extends TextRange {
  readonly kind: "AugAssign";
  readonly target: Expression;
  /** Without the `=`: `+`, `|`, `//` … */
  readonly operator: string;
  readonly value: Expression;
}

export interface AnnAssign extends TextRange {
  readonly kind: "AnnAssign";
  readonly target: Expression;
  readonly annotation: Expression;
  readonly value: Expression | undefined;
}

export interface For extends TextRange {
  readonly kind: "For";
  readonly async: boolean;
  readonly target: Expression;
  readonly iterable: Expression;
  readonly body: readonly Statement[];
  readonly orElse: readonly Statement[];
}

export interface While extends TextRange {
  readonly kind: "While";
  readonly test: Expression;
  readonly body: readonly Statement[];
  readonly orElse: readonly Statement[];
}

/** `elif` is an `If` as the only statement of `orElse`, as in `ast`. */
export interface If extends TextRange {
  readonly kind: "If";
  readonly test: Expression;
  readonly body: readonly Statement[];
  readonly orElse: readonly Statement[];
}

export interface With extends TextRange {
  readonly kind: "With";
  readonly async: boolean;
  readonly items: readonly WithItem[];
  readonly body: readonly Statement[];
}

export interface WithItem {
  readonly context: Expression;
  readonly target: Expression | undefined;
}

export interface Match extends TextRange {
  readonly kind: "Match";
  readonly subject: Expression;
  readonly cases: readonly MatchCase[];
}

/** Patterns are kept as the names they bind; their structure does not matter to the analysis. */
export interface MatchCase extends TextRange {
  readonly bindings: readonly Identifier[];
  readonly guard: Expression | undefined;
  readonly body: readonly Statement[];
}

export interface Raise extends TextRange {
  readonly kind: "Raise";
  readonly exception: Expression | undefined;
  readonly cause: Expression | undefined;
}

export interface Try extends TextRange {
  readonly kind: "Try";
  readonly body: readonly Statement[];
  readonly handlers: readonly ExceptHandler[];
  readonly orElse: readonly Statement[];
  readonly finalBody: readonly Statement[];
}

export interface ExceptHandler extends TextRange {
  readonly type: Expression | undefined;
  readonly name: Identifier | undefined;
  readonly body: readonly Statement[];
}

export interface Assert extends TextRange {
  readonly kind: "Assert";
  readonly test: Expression;
  readonly message: Expression | undefined;
}

export interface Import extends TextRange {
  readonly kind: "Import";
  readonly names: readonly ImportAlias[];
}

export interface ImportFrom extends TextRange {
  readonly kind: "ImportFrom";
  /** Dotted name after the leading dots; empty for `from . import x`. */
  readonly module: string;
  /** The number of leading dots; 0 for an absolute import. */
  readonly level: number;
  /** One alias named `*` for a star import. */
  readonly names: readonly ImportAlias[];
}

export interface ImportAlias extends TextRange {
  /** Dotted for `import a.b`. */
  readonly name: string;
  readonly alias: string | undefined;
}

export interface Global extends TextRange {
  readonly kind: "Global";
  readonly names: readonly string[];
}

export interface Nonlocal extends TextRange {
  readonly kind: "Nonlocal";
  readonly names: readonly string[];
}

export interface ExpressionStatement extends TextRange {
  readonly kind: "ExpressionStatement";
  readonly value: Expression;
}

export interface TypeAlias extends TextRange {
  readonly kind: "TypeAlias";
  readonly name: Identifier;
  readonly value: Expression;
}

export interface Pass extends TextRange {
  readonly kind: "Pass";
}

export interface Break extends TextRange {
  readonly kind: "Break";
}

export interface Continue extends TextRange {
  readonly kind: "Continue";
}

export interface InvalidStatement extends TextRange {
  readonly kind: "InvalidStatement";
}

// Expressions

export type Expression =
  | Name
  | StringLiteral
  | NumberLiteral
  | ConstantLiteral
  | FormattedString
  | BinaryOperation
  | BooleanOperation
  | Comparison
  | UnaryOperation
  | Call
  | Attribute
  | Subscript
  | Slice
  | ListLiteral
  | TupleLiteral
  | SetLiteral
  | DictLiteral
  | Comprehension
  | Lambda
  | Conditional
  | Await
  | Yield
  | YieldFrom
  | Starred
  | NamedExpression
  | InvalidExpression;

export interface Name extends TextRange {
  readonly kind: "Name";
  readonly name: string;
}

/** Adjacent literals are one `StringLiteral` when none of them is formatted. */
export interface StringLiteral extends TextRange {
  readonly kind: "StringLiteral";
  /** The value after escape sequences. */
  readonly value: string;
  readonly bytes: boolean;
}

export interface NumberLiteral extends TextRange {
  readonly kind: "NumberLiteral";
  /** `NaN` for complex numbers and integers that a double cannot hold. */
  readonly value: number;
}

export interface ConstantLiteral extends TextRange {
  readonly kind: "ConstantLiteral";
  readonly value: "True" | "False" | "None" | "...";
}

/** An f-string, or adjacent literals of which one is an f-string. */
export interface FormattedString extends TextRange {
  readonly kind: "FormattedString";
  readonly values: readonly Expression[];
}

export interface BinaryOperation extends TextRange {
  readonly kind: "BinaryOperation";
  readonly left: Expression;
  readonly operator: string;
  readonly right: Expression;
}

/** `a and b and c` is one node with three values. */
export interface BooleanOperation extends TextRange {
  readonly kind: "BooleanOperation";
  readonly operator: "and" | "or";
  readonly values: readonly Expression[];
}

export interface Comparison extends TextRange {
  readonly kind: "Comparison";
  readonly left: Expression;
  /** `==`, `<`, `in`, `not in`, `is`, `is not` … */
  readonly operators: readonly string[];
  readonly comparators: readonly Expression[];
}

export interface UnaryOperation extends TextRange {
  readonly kind: "UnaryOperation";
  readonly operator: "not" | "-" | "+" | "~";
  readonly operand: Expression;
}

export interface Call extends TextRange {
  readonly kind: "Call";
  readonly function: Expression;
  /** Positional arguments, `*args` as `Starred`. */
  readonly arguments: readonly Expression[];
  readonly keywords: readonly Keyword[];
  /** From `(` to `)`, both included. A bare generator argument has it too. */
  readonly argumentsRange: TextRange;
}

/** `name=value` in a call or class statement; `name` is undefined for `**value`. */
export interface Keyword extends TextRange {
  readonly name: Identifier | undefined;
  readonly value: Expression;
}

export interface Attribute extends TextRange {
  readonly kind: "Attribute";
  readonly value: Expression;
  /** Empty name where the user has typed only the dot. */
  readonly attribute: Identifier;
}

export interface Subscript extends TextRange {
  readonly kind: "Subscript";
  readonly value: Expression;
  /** A tuple for `x[a, b]`. */
  readonly index: Expression;
}

export interface Slice extends TextRange {
  readonly kind: "Slice";
  readonly lower: Expression | undefined;
  readonly upper: Expression | undefined;
  readonly step: Expression | undefined;
}

export interface ListLiteral extends TextRange {
  readonly kind: "ListLiteral";
  readonly elements: readonly Expression[];
}

export interface TupleLiteral extends TextRange {
  readonly kind: "TupleLiteral";
  readonly elements: readonly Expression[];
}

export interface SetLiteral extends TextRange {
  readonly kind: "SetLiteral";
  readonly elements: readonly Expression[];
}

export interface DictLiteral extends TextRange {
  readonly kind: "DictLiteral";
  readonly entries: readonly DictEntry[];
}

/** `key` is undefined for `**value`. */
export interface DictEntry {
  readonly key: Expression | undefined;
  readonly value: Expression;
}

export interface Comprehension extends TextRange {
  readonly kind: "Comprehension";
  readonly form: "list" | "set" | "dict" | "generator";
  /** The key of a dict comprehension, else undefined. */
  readonly key: Expression | undefined;
  readonly element: Expression;
  readonly clauses: readonly ComprehensionClause[];
}

export interface ComprehensionClause {
  readonly async: boolean;
  readonly target: Expression;
  readonly iterable: Expression;
  readonly conditions: readonly Expression[];
}

export interface Lambda extends TextRange {
  readonly kind: "Lambda";
  readonly parameters: readonly Parameter[];
  readonly body: Expression;
}

/** `body if test else orElse`. */
export interface Conditional extends TextRange {
  readonly kind: "Conditional";
  readonly test: Expression;
  readonly body: Expression;
  readonly orElse: Expression;
}

export interface Await extends TextRange {
  readonly kind: "Await";
  readonly value: Expression;
}

export interface Yield extends TextRange {
  readonly kind: "Yield";
  readonly value: Expression | undefined;
}

export interface YieldFrom extends TextRange {
  readonly kind: "YieldFrom";
  readonly value: Expression;
}

export interface Starred extends TextRange {
  readonly kind: "Starred";
  readonly value: Expression;
}

export interface NamedExpression extends TextRange {
  readonly kind: "NamedExpression";
  readonly target: Name;
  readonly value: Expression;
}

export interface InvalidExpression extends TextRange {
  readonly kind: "InvalidExpression";
}
