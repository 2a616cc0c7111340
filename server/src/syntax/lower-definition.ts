import { compact, none } from "../base/compact.ts";
import type { TextRange } from "../base/text-range.ts";
import type { ClassDef, Expression, FunctionDef, Identifier, Statement } from "./ast.ts";
import { Field, Kind } from "./grammar.ts";
import { lowerArguments, noArguments } from "./lower-call.ts";
import { lowerOptionalField } from "./lower-expression.ts";
import { lowerParameters } from "./lower-parameters.ts";
import { onlyPart } from "./lower-simple-expression.ts";
import { endOfBody, endOfHeader, lowerBody } from "./lower-statement.ts";
import { identifierAt, isAsync, type Lowering, type StatementLowering } from "./lowering.ts";

export const definitionStatements: Readonly<Record<string, StatementLowering>> = {
  function_definition: (c, node) => lowerFunction(c, node, c.startOf(node), none),
  class_definition: (c, node) => lowerClass(c, node, c.startOf(node), none),
  decorated_definition: lowerDecorated,
};

function lowerDecorated(c: Lowering, node: number): Statement {
  const start = c.startOf(node);
  const decorators: Expression[] = [];
  for (let child = node + 1; child < c.after(node); child = c.after(child)) {
    if (c.kindOf(child) === Kind.decorator) decorators.push(onlyPart(c, child));
  }
  const definition = c.child(node, Field.definition);
  if (definition === undefined) return { kind: "InvalidStatement", start, end: c.endOf(node) };
  return c.kindOf(definition) === Kind.class_definition
    ? lowerClass(c, definition, start, compact(decorators))
    : lowerFunction(c, definition, start, compact(decorators));
}

function lowerFunction(
  c: Lowering,
  node: number,
  start: number,
  decorators: readonly Expression[],
): FunctionDef {
  const body = lowerBody(c, node, Field.body);
  return {
    kind: "FunctionDef",
    start,
    end: endOfBody(c, node, body),
    name: nameOf(c, node),
    async: isAsync(c, node),
    decorators,
    parameters: lowerParameters(c, c.child(node, Field.parameters)),
    returns: lowerOptionalField(c, node, Field.return_type),
    body,
    bodyRange: bodyRangeOf(c, node, body),
  };
}

function lowerClass(c: Lowering, node: number, start: number, decorators: readonly Expression[]): ClassDef {
  const superclasses = c.child(node, Field.superclasses);
  const { positional, keywords } = superclasses === undefined ? noArguments : lowerArguments(c, superclasses);
  const body = lowerBody(c, node, Field.body);
  return {
    kind: "ClassDef",
    start,
    end: endOfBody(c, node, body),
    name: nameOf(c, node),
    decorators,
    bases: positional,
    keywords,
    body,
    bodyRange: bodyRangeOf(c, node, body),
  };
}

function nameOf(c: Lowering, node: number): Identifier {
  const name = c.child(node, Field.name);
  return name === undefined
    ? { start: c.startOf(node), end: c.startOf(node), name: "" }
    : identifierAt(c, name);
}

function bodyRangeOf(c: Lowering, node: number, body: readonly Statement[]): TextRange {
  const [first] = body;
  const last = body[body.length - 1];
  if (first === undefined || last === undefined) {
    const end = endOfHeader(c, node);
    return { start: end, end };
  }
  return { start: first.start, end: last.end };
}
