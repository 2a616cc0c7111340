/** Django's own filters, as far as they ask for rows, or give them on. */

import type { Interpreter } from "../../interpret/interpreter.ts";
import { sizeOf } from "../../interpret/language/builtins.ts";
import { sliceOf } from "../../interpret/language/subscripts.ts";
import { collectionOf } from "../../interpret/make-values.ts";
import { join, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { unionLoops } from "../../queryset/loop-set.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression, Slice, Subscript } from "../../syntax/ast.ts";
import type { Filter } from "../../syntax/template/template-tree.ts";
import type { Rendering } from "./rendering.ts";
import { TemplateContext } from "./template-context.ts";
import { valueOfVariable } from "./variables.ts";

interface Input {
  readonly interpreter: Interpreter;
  readonly value: Value;
  readonly argument: Value | undefined;
  readonly filter: Filter;
  /** The variable in front of the filters. */
  readonly node: Expression;
}

type ApplyFilter = (input: Input) => Value;

/** @returns unknown for a filter that Django does not have. */
export function applyDjangoFilter(
  { interpreter }: Rendering,
  value: Value,
  argument: Value | undefined,
  filter: Filter,
  node: Expression,
): Value {
  const known = filters.get(filter.name.name);
  if (known) return known({ interpreter, value, argument, filter, node });
  return unknownVarying(unionLoops(variesOf(value), argument ? variesOf(argument) : []));
}

/** Turns the value into text. */
const text: ApplyFilter = ({ interpreter, node, value }) => interpreter.str(value, node);

/** Asks how many there are. */
const length: ApplyFilter = ({ interpreter, node, value }) => {
  if (value.kind === "queryset") interpreter.send(value, "len", node);
  return unknownVarying(variesOf(value));
};

const truth: ApplyFilter = ({ interpreter, node, value }) => {
  interpreter.bool(value, node);
  return unknownVarying(variesOf(value));
};

const fallback: ApplyFilter = ({ argument = unknown, interpreter, node, value }) => {
  interpreter.bool(value, node);
  return value === unknown ? unknown : join(value, argument);
};

/** Each use is a query of its own, unless the rows are there. */
const first: ApplyFilter = ({ interpreter, node, value }) => {
  if (value.kind === "queryset") {
    interpreter.send(value, "index", node);
    return interpreter.rowOf(value, true);
  }
  return value.kind === "collection" ? (value.items?.[0] ?? value.element) : unknownVarying(variesOf(value));
};

/** Querysets refuse an index from their end. */
const last: ApplyFilter = ({ value }) =>
  value.kind === "collection" ? (value.items?.at(-1) ?? value.element) : unknownVarying(variesOf(value));

const random: ApplyFilter = ({ interpreter, node, value }) => {
  if (value.kind === "queryset") {
    interpreter.send(value, "len", node);
    return interpreter.rowOf(value, true);
  }
  return value.kind === "collection" ? value.element : unknownVarying(variesOf(value));
};

/** Turns each element into text. */
const textOfEach: ApplyFilter = ({ interpreter, filter, node, value }) => {
  interpreter.inLoop(value, node, filter, (element) => {
    interpreter.str(element, node);
  });
  return unknownVarying(variesOf(value));
};

const sorted: ApplyFilter = ({ argument, filter, interpreter, node, value }) => {
  const copy =
    value.kind === "collection"
      ? value
      : collectionOf(interpreter.iterate(value, node), sizeOf(value), variesOf(value));
  const path =
    argument?.kind === "literal" && typeof argument.value === "string" ? argument.value : undefined;
  if (path !== undefined) {
    interpreter.inLoop(copy, node, filter, (element) => {
      const lookup = lookupOf(path, filter.argument ?? node);
      valueOfVariable(interpreter, new TemplateContext(new Map([[elementName, element]])), lookup);
    });
  }
  return copy;
};

const elementName = "element";

/** The attributes that `dictsort:"project.name"` reads of each element. */
function lookupOf(path: string, { start, end }: Expression): Expression {
  return path
    .split(".")
    .reduce<Expression>(
      (value, name) => ({ kind: "Attribute", start, end, value, attribute: { start, end, name } }),
      { kind: "Name", start, end, name: elementName },
    );
}

const slice: ApplyFilter = ({ argument, filter, interpreter, node, value }) => {
  const bounds = argument?.kind === "literal" ? String(argument.value).split(":") : [];
  const { start, end } = filter;
  const index: Slice = {
    kind: "Slice",
    start,
    end,
    lower: bounds.length > 1 ? numberAt(bounds[0], filter) : undefined,
    upper:
      numberAt(bounds.length > 1 ? bounds[1] : bounds[0], filter) ?? (bounds.length === 0 ? node : undefined),
    step: undefined,
  };
  const subscript: Subscript = { kind: "Subscript", start: node.start, end, value: node, index };
  return bounds.length === 0
    ? unknownVarying(variesOf(value))
    : sliceOf(interpreter, value, subscript, index);
};

function numberAt(bound: string | undefined, { start, end }: Filter): Expression | undefined {
  const value = bound === undefined || bound.trim() === "" ? Number.NaN : Number(bound);
  return Number.isNaN(value) ? undefined : { kind: "NumberLiteral", start, end, value };
}

const same: ApplyFilter = ({ value }) => value;

const filters: ReadonlyMap<string, ApplyFilter> = new Map<string, ApplyFilter>([
  ...[
    "addslashes",
    "capfirst",
    "center",
    "cut",
    "escape",
    "escapejs",
    "force_escape",
    "iriencode",
    "linebreaks",
    "linebreaksbr",
    "linenumbers",
    "ljust",
    "lower",
    "make_list",
    "phone2numeric",
    "rjust",
    "safe",
    "slugify",
    "stringformat",
    "striptags",
    "title",
    "truncatechars",
    "truncatechars_html",
    "truncatewords",
    "truncatewords_html",
    "upper",
    "urlencode",
    "urlize",
    "urlizetrunc",
    "wordcount",
    "wordwrap",
  ].map((name) => [name, text] as const),
  ["default", fallback],
  [
    "default_if_none",
    ({ argument = unknown, value }) => (value === unknown ? unknown : join(value, argument)),
  ],
  ["dictsort", sorted],
  ["dictsortreversed", sorted],
  ["escapeseq", textOfEach],
  ["first", first],
  ["join", textOfEach],
  ["json_script", textOfEach],
  ["last", last],
  ["length", length],
  ["length_is", length],
  ["localtime", same],
  ["pluralize", length],
  ["random", random],
  ["safeseq", textOfEach],
  ["slice", slice],
  ["unordered_list", textOfEach],
  ["yesno", truth],
]);
