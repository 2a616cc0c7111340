import { compact, none } from "../base/compact.ts";
import type { Parameter } from "./ast.ts";
import { Field, Kind } from "./grammar.ts";
import { lowerOptionalField } from "./lower-expression.ts";
import { type Lowering, nameAt } from "./lowering.ts";

type Form = Parameter["form"];

/** The parameters of a function or lambda, given the node that lists them. */
export function lowerParameters(c: Lowering, list: number | undefined): readonly Parameter[] {
  if (list === undefined) return none;
  let parameters: Parameter[] = [];
  let plainForm: Form = "positionalOrKeyword";
  for (let child = list + 1; child < c.after(list); child = c.after(child)) {
    if (!c.isPart(child)) continue;
    switch (c.kindOf(child)) {
      case Kind.positional_separator:
        parameters = parameters.map((parameter) => ({ ...parameter, form: "positionalOnly" }));
        break;
      case Kind.keyword_separator:
        plainForm = "keywordOnly";
        break;
      default: {
        const parameter = lowerParameter(c, child, plainForm);
        if (parameter === undefined) break;
        if (parameter.form === "starred") plainForm = "keywordOnly";
        parameters.push(parameter);
      }
    }
  }
  return compact(parameters);
}

/** Undefined for what Python 3 does not allow: `def f((a, b)): …`. */
function lowerParameter(c: Lowering, node: number, plainForm: Form): Parameter | undefined {
  const pattern =
    c.child(node, Field.name) ?? (c.kindOf(node) === Kind.typed_parameter ? c.firstPart(node) : node);
  if (pattern === undefined) return undefined;
  const form = formOf(c.kindOf(pattern), plainForm);
  const name = form === plainForm ? pattern : c.firstPart(pattern);
  if (form === undefined || name === undefined || c.kindOf(name) !== Kind.identifier) return undefined;
  return {
    start: c.startOf(node),
    end: c.endOf(node),
    name: nameAt(c, name),
    form,
    annotation: lowerOptionalField(c, node, Field.type),
    default: lowerOptionalField(c, node, Field.value),
  };
}

function formOf(pattern: number, plainForm: Form): Form | undefined {
  switch (pattern) {
    case Kind.identifier:
      return plainForm;
    case Kind.list_splat_pattern:
      return "starred";
    case Kind.dictionary_splat_pattern:
      return "doubleStarred";
    default:
      return undefined;
  }
}
