/**
 * The names of columns and relations in expressions: `Q(owner__name="x")`, `F("total")`, `Count("tasks", filter=Q(…))`,
 * `Lower("name").desc()`. What refers to another query (`OuterRef`, `Subquery`) is left out.
 */
import type { TextRange } from "../../base/text-range.ts";
import { canonicalName, symbolName } from "../../django/canonical-names.ts";
import type { Call, Expression, Keyword } from "../../syntax/ast.ts";
import type { ExpressionCall } from "../facts.ts";
import type { Interpreter } from "../interpreter.ts";

export interface ExpressionName {
  /** As written, a leading `-` included. */
  readonly name: string;
  readonly place: TextRange;
  /** `Q`, `F`, `Count` … */
  readonly expression: string;
  /** What a condition compares it with. */
  readonly value?: Expression;
  /** Negated, or one of several conditions of which one is enough. */
  readonly optional?: boolean;
  /** The classes in whose calls it stands, outermost first; `expression` is the last of them. */
  readonly within: readonly ExpressionCall[];
}

/** Which of the arguments of a class are names where they are strings. */
export interface ExpressionSignature {
  readonly positional: "first" | "all" | "none";
  readonly keywords: ReadonlySet<string>;
  /** Keywords are lookups (`Q`, `When`), all but those of the class itself. */
  readonly lookups?: boolean;
}

const expressionKeywords: ReadonlySet<string> = new Set([
  "expression",
  "order_by",
  "ordering",
  "partition_by",
]);
const first: ExpressionSignature = { positional: "first", keywords: expressionKeywords };
const all: ExpressionSignature = { positional: "all", keywords: expressionKeywords };
const none: ExpressionSignature = { positional: "none", keywords: expressionKeywords };

const signatures: ReadonlyMap<string, ExpressionSignature> = new Map([
  ["Q", { positional: "none", keywords: new Set<string>(), lookups: true }],
  ["When", { positional: "none", keywords: new Set(["then"]), lookups: true }],
  ["Case", { positional: "none", keywords: new Set(["default"]) }],
  ["FilteredRelation", { positional: "first", keywords: new Set(["relation_name"]) }],
  ["ExpressionWrapper", none],
  ["OrderBy", none],
  ["Window", none],
  ...[
    ...["F", "Count", "Sum", "Avg", "Min", "Max", "StdDev", "Variance", "AnyValue"],
    ...["ArrayAgg", "JSONBAgg", "StringAgg", "BoolAnd", "BoolOr", "BitAnd", "BitOr", "BitXor"],
    ...["Cast", "Collate", "Lower", "Upper", "Length", "Trim", "LTrim", "RTrim", "Substr", "Left", "Right"],
    ...["Replace", "Repeat", "Reverse", "MD5", "SHA1", "SHA256", "SHA512", "Ord", "Chr", "LPad", "RPad"],
    ...["Abs", "Ceil", "Floor", "Round", "Sqrt", "Exp", "Ln", "Sign", "Degrees", "Radians"],
    ...[
      "Extract",
      "ExtractYear",
      "ExtractMonth",
      "ExtractDay",
      "ExtractWeek",
      "ExtractWeekDay",
      "ExtractHour",
    ],
    ...["ExtractQuarter", "ExtractMinute", "ExtractSecond", "ExtractIsoYear", "ExtractIsoWeekDay"],
    ...[
      "Trunc",
      "TruncYear",
      "TruncQuarter",
      "TruncMonth",
      "TruncWeek",
      "TruncDay",
      "TruncDate",
      "TruncTime",
    ],
    ...["TruncHour", "TruncMinute", "TruncSecond", "Lag", "Lead", "FirstValue", "LastValue", "NthValue"],
  ].map((name) => [name, first] as const),
  ...["Coalesce", "Concat", "Greatest", "Least", "NullIf", "Mod", "Power", "Log", "ATan2", "StrIndex"].map(
    (name) => [name, all] as const,
  ),
]);

const modules =
  /^django\.(?:db\.models|db\.models\.functions|contrib\.postgres\.aggregates(?:\.general)?)\.(\w+)$/;

/** What the arguments of one of Django's classes of expressions are, by the name of the class. */
export function expressionSignature(name: string): ExpressionSignature | undefined {
  return signatures.get(name);
}

/** Keywords of `Q` and `When` that are no lookups. */
export const ownKeywords: ReadonlySet<string> = new Set(["then", "_connector", "_negated"]);

export function namesInExpression(
  interpreter: Interpreter,
  expression: Expression,
): readonly ExpressionName[] {
  switch (expression.kind) {
    case "Call":
      return namesInCall(interpreter, expression);
    case "BinaryOperation": {
      const names = [
        ...namesInExpression(interpreter, expression.left),
        ...namesInExpression(interpreter, expression.right),
      ];
      return expression.operator === "&" ? names : names.map(asOptional);
    }
    case "UnaryOperation":
      return namesInExpression(interpreter, expression.operand).map(asOptional);
    case "ListLiteral":
    case "TupleLiteral":
      return expression.elements.flatMap((element) => namesInExpression(interpreter, element));
    case "Conditional":
      return [
        ...namesInExpression(interpreter, expression.body),
        ...namesInExpression(interpreter, expression.orElse),
      ].map(asOptional);
    default:
      return [];
  }
}

function asOptional(name: ExpressionName): ExpressionName {
  return { ...name, optional: true };
}

function namesInCall(interpreter: Interpreter, call: Call): readonly ExpressionName[] {
  // `F("name").desc()`
  if (call.function.kind === "Attribute" && call.function.value.kind === "Call") {
    return namesInExpression(interpreter, call.function.value);
  }
  const expression = expressionClass(interpreter, call);
  const signature = expression === undefined ? undefined : signatures.get(expression);
  if (expression === undefined || !signature) return [];
  const positional = call.arguments.flatMap((argument, index) => {
    // `Q(("owner__name", "x"))`
    if (signature.lookups && argument.kind === "TupleLiteral") {
      return argument.elements.slice(0, 1).flatMap((name) => namesAmong(interpreter, name, expression));
    }
    const isName = signature.positional === "all" || (signature.positional === "first" && index === 0);
    return isName ? namesAmong(interpreter, argument, expression) : namesInExpression(interpreter, argument);
  });
  const names = [
    ...positional,
    ...call.keywords.flatMap((keyword) => namesInKeyword(interpreter, keyword, expression, signature)),
  ];
  const isCombined = call.keywords.some(({ name }) => name && ownKeywords.has(name.name));
  const inside = names.map((name) => ({ ...name, within: [{ name: expression, call }, ...name.within] }));
  return isCombined ? inside.map(asOptional) : inside;
}

function namesInKeyword(
  interpreter: Interpreter,
  { name, value }: Keyword,
  expression: string,
  signature: ExpressionSignature,
): readonly ExpressionName[] {
  if (!name) return [];
  if (signature.keywords.has(name.name)) return namesAmong(interpreter, value, expression);
  const inside = namesInExpression(interpreter, value);
  // `When(condition=Q(…), then=…)`
  const isCondition = expression === "When" && name.name === "condition";
  if (!signature.lookups || isCondition || ownKeywords.has(name.name)) return inside;
  return [{ name: name.name, place: name, expression, value, within: [] }, ...inside];
}

/** A string is a name here; so is each string of a list. */
function namesAmong(
  interpreter: Interpreter,
  argument: Expression,
  expression: string,
): readonly ExpressionName[] {
  if (argument.kind === "ListLiteral" || argument.kind === "TupleLiteral") {
    return argument.elements.flatMap((element) => namesAmong(interpreter, element, expression));
  }
  if (argument.kind !== "StringLiteral") return namesInExpression(interpreter, argument);
  return argument.value === "*" ? [] : [{ name: argument.value, place: argument, expression, within: [] }];
}

/** `Count` of `models.Count(…)`; undefined for what is no expression of Django. */
export function expressionClass(interpreter: Interpreter, call: Call): string | undefined {
  if (!isStaticName(call.function)) return undefined;
  const callee = interpreter.evaluate(call.function);
  const name =
    callee.kind === "external"
      ? canonicalName(callee.name)
      : callee.kind === "class" && callee.symbol
        ? symbolName(callee.symbol)
        : undefined;
  return name === undefined ? undefined : modules.exec(name)?.[1];
}

function isStaticName(node: Expression): boolean {
  return node.kind === "Name" || (node.kind === "Attribute" && isStaticName(node.value));
}
