/** django-filter: `FilterSet(data, queryset).qs` gives the rows of the queryset that a request asks for. */

import type { Consumer } from "../interpret/consumer.ts";
import { callAt } from "../interpret/declarations.ts";
import type { Interpreter } from "../interpret/interpreter.ts";
import { noArguments } from "../interpret/language/arguments.ts";
import { valueOfVariable } from "../interpret/language/symbol-values.ts";
import { unknown } from "../queryset/join.ts";
import type { PlainObject, Value } from "../queryset/value.ts";
import type { Expression } from "../syntax/ast.ts";

const bases: ReadonlySet<string> = new Set(
  ["", "filterset.", "rest_framework.", "rest_framework.filterset."].flatMap((path) => [
    `django_filters.${path}FilterSet`,
    `django_filters.${path}BaseFilterSet`,
  ]),
);

export const filterSets: Consumer = {
  name: "filter-sets",
  classes: {
    bases,
    callMethod(interpreter, filters, name, args, node) {
      switch (name) {
        case "__init__": {
          const given = args.keywords.get("queryset") ?? args.positional[1];
          const isMissing = given === undefined || (given.kind === "literal" && given.value === null);
          const rows = isMissing ? rowsOfModel(interpreter, filters, node) : given;
          filters.attributes.set("queryset", rows);
          return unknown;
        }
        case "filter_queryset":
          return args.positional[0] ?? args.keywords.get("queryset");
        default:
          return undefined;
      }
    },
    readAttribute(interpreter, filters, name, node) {
      if (name !== "qs") return undefined;
      const queryset = interpreter.attribute(filters, "queryset", node);
      const rows = queryset.kind === "queryset" ? { ...queryset, result: { evaluated: false } } : queryset;
      return interpreter.call(
        interpreter.attribute(filters, "filter_queryset", node),
        { ...noArguments, positional: [rows] },
        callAt(node, "filter_queryset"),
      );
    },
  },
};

/** `Meta.model`, by its default manager. */
function rowsOfModel(interpreter: Interpreter, { symbol }: PlainObject, node: Expression): Value {
  const { program } = interpreter;
  const meta = program.lookupMember(symbol, "Meta");
  if (meta.kind !== "found" || meta.symbol.kind !== "class") return unknown;
  const member = program.lookupMember(meta.symbol, "model");
  if (member.kind !== "found" || member.symbol.kind !== "variable") return unknown;
  const model = valueOfVariable(interpreter, member.symbol);
  return interpreter.call(
    interpreter.attribute(interpreter.attribute(model, "_default_manager", node), "all", node),
    noArguments,
    callAt(node, "all"),
  );
}
