import { compact, none } from "../base/compact.ts";
import type { Call, Expression, Keyword } from "./ast.ts";
import { Field, Kind } from "./grammar.ts";
import { lowerExpression, lowerField } from "./lower-expression.ts";
import { onlyPart } from "./lower-simple-expression.ts";
import {
  type ExpressionLowering,
  identifierAt,
  invalidExpression,
  type Lowering,
  type OperationLowering,
} from "./lowering.ts";

/** What may follow an operand: a call, an attribute, a subscript. */
export const postfixOperations: Readonly<Record<string, OperationLowering>> = {
  call: lowerCall,
  attribute: lowerAttribute,
  subscript: lowerSubscript,
  generic_type: lowerGenericType,
  member_type: lowerAttribute,
};

export const sliceExpressions: Readonly<Record<string, ExpressionLowering>> = { slice: lowerSlice };

interface LoweredArguments {
  readonly positional: readonly Expression[];
  readonly keywords: readonly Keyword[];
}

export const noArguments: LoweredArguments = { positional: none, keywords: none };

function lowerCall(c: Lowering, node: number, callee: Expression): Call {
  const list = c.child(node, Field.arguments);
  const end = c.endOf(node);
  const { positional, keywords } = list === undefined ? noArguments : lowerArguments(c, list);
  return {
    kind: "Call",
    start: c.startOf(node),
    end,
    function: callee,
    arguments: positional,
    keywords,
    argumentsRange: list === undefined ? { start: end, end } : { start: c.startOf(list), end: c.endOf(list) },
  };
}

/** The arguments of a call, or the bases of a class. */
export function lowerArguments(c: Lowering, list: number): LoweredArguments {
  if (c.kindOf(list) !== Kind.argument_list) {
    return { positional: [lowerExpression(c, list)], keywords: none };
  }
  const positional: Expression[] = [];
  const keywords: Keyword[] = [];
  for (let child = list + 1; child < c.after(list); child = c.after(child)) {
    if (!c.isPart(child)) continue;
    const kind = c.kindOf(child);
    if (kind === Kind.keyword_argument || kind === Kind.dictionary_splat) {
      keywords.push(lowerKeyword(c, child));
    } else positional.push(lowerExpression(c, child));
  }
  return { positional: compact(positional), keywords: compact(keywords) };
}

function lowerKeyword(c: Lowering, node: number): Keyword {
  const start = c.startOf(node);
  const end = c.endOf(node);
  if (c.kindOf(node) === Kind.dictionary_splat) {
    return { start, end, name: undefined, value: onlyPart(c, node) };
  }
  const name = c.child(node, Field.name);
  return {
    start,
    end,
    name: name === undefined ? undefined : identifierAt(c, name),
    value: lowerField(c, node, Field.value),
  };
}

function lowerAttribute(c: Lowering, node: number, value: Expression): Expression {
  const name = c.child(node, Field.attribute) ?? lastIdentifier(c, node);
  const end = c.endOf(node);
  return {
    kind: "Attribute",
    start: c.startOf(node),
    end,
    value,
    attribute: name === undefined ? { start: end, end, name: "" } : identifierAt(c, name),
  };
}

function lastIdentifier(c: Lowering, node: number): number | undefined {
  const last = c.parts(node).at(-1);
  return last !== undefined && c.kindOf(last) === Kind.identifier ? last : undefined;
}

function lowerSubscript(c: Lowering, node: number, value: Expression): Expression {
  return {
    kind: "Subscript",
    start: c.startOf(node),
    end: c.endOf(node),
    value,
    index: lowerIndex(c, node, c.partsIn(node, Field.subscript)),
  };
}

/** `list[int]` in an annotation. */
function lowerGenericType(c: Lowering, node: number, value: Expression): Expression {
  const list = c.childOfKind(node, Kind.type_parameter);
  return {
    kind: "Subscript",
    start: c.startOf(node),
    end: c.endOf(node),
    value,
    index:
      list === undefined
        ? invalidExpression(c.endOf(node), c.endOf(node))
        : lowerIndex(c, list, c.parts(list)),
  };
}

/** What stands between brackets: a tuple where there is a comma or a star, as in Python. */
function lowerIndex(c: Lowering, brackets: number, elements: readonly number[]): Expression {
  const start = c.startOf(elements[0] ?? brackets);
  const end = c.endOf(brackets);
  const [first, ...others] = elements.map((element) => lowerExpression(c, element));
  if (first === undefined) return invalidExpression(end, end);
  const comma = lastComma(c, brackets);
  if (comma === undefined && first.kind !== "Starred") return first;
  const last = others[others.length - 1] ?? first;
  return {
    kind: "TupleLiteral",
    start,
    end: Math.max(
      last.end,
      c.endOf(elements[elements.length - 1] ?? brackets),
      comma === undefined ? 0 : c.endOf(comma),
    ),
    elements: [first, ...others],
  };
}

function lastComma(c: Lowering, node: number): number | undefined {
  let last: number | undefined;
  for (let child = node + 1; child < c.after(node); child = c.after(child)) {
    if (c.kindOf(child) === Kind[","]) last = child;
  }
  return last;
}

function lowerSlice(c: Lowering, node: number): Expression {
  const bounds: (Expression | undefined)[] = [];
  let colons = 0;
  for (let child = node + 1; child < c.after(node); child = c.after(child)) {
    if (c.kindOf(child) === Kind[":"]) colons++;
    else if (c.isPart(child)) bounds[colons] = lowerExpression(c, child);
  }
  const [lower, upper, step] = bounds;
  return { kind: "Slice", start: c.startOf(node), end: c.endOf(node), lower, upper, step };
}
