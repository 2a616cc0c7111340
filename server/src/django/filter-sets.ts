/** Classes of django-filter: which model each filters, and by what. */
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol } from "../python/symbols.ts";
import type { Call, Expression } from "../syntax/ast.ts";
import { classBody } from "./class-body.ts";
import type { Model, ModelGraph } from "./model-graph.ts";

const filterSetClasses: ReadonlySet<string> = new Set([
  "django_filters.FilterSet",
  "django_filters.filterset.FilterSet",
  "django_filters.rest_framework.FilterSet",
  "django_filters.rest_framework.filterset.FilterSet",
]);

export interface FilterSet {
  readonly model: Model;
  /** Attributes of the class that are calls, as filters are. */
  readonly declared: readonly { readonly name: string; readonly call: Call }[];
  /** The value of `Meta.fields`, where the class has a `Meta` of its own. */
  readonly fields: Expression | undefined;
}

/** Undefined for other classes, and for those that name no model of the project. */
export function filterSetOf(
  program: PythonProgram,
  models: ModelGraph,
  symbol: ClassSymbol,
): FilterSet | undefined {
  if (!program.derivesFrom(symbol, filterSetClasses)) return undefined;
  const meta = program.lookupMember(symbol, "Meta");
  if (meta.kind !== "found" || meta.symbol.kind !== "class") return undefined;
  const options = new Map(classBody(meta.symbol).attributes.map(({ name, value }) => [name, value]));
  const named = options.get("model");
  const resolved = named && program.resolveExpression(meta.symbol.module, named, meta.symbol);
  const model = resolved?.kind === "class" ? models.modelOfClass(resolved) : undefined;
  if (!model) return undefined;
  const declared = classBody(symbol).attributes.flatMap(({ name, value }) =>
    value.kind === "Call" ? [{ name, call: value }] : [],
  );
  return { model, declared, fields: meta.owner === symbol ? options.get("fields") : undefined };
}
