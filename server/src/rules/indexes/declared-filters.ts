/**
 * Columns by which classes let others filter: `filterset_fields` of API views, filters of django-filter, `list_filter` of
 * the admin.
 */

import type { Location } from "../../base/text-range.ts";
import { isAdminClass, modelsOfAdmin } from "../../django/admin-classes.ts";
import { classBody } from "../../django/class-body.ts";
import { filterSetOf } from "../../django/filter-sets.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { Call, Expression, StringLiteral } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { keywordOf } from "./declared-index.ts";

export interface DeclaredFilter {
  readonly model: Model;
  readonly field: Field;
  readonly location: Location;
  readonly symbol: string;
  /** Clients of the site filter by it, not those who administer it. */
  readonly inRequest: boolean;
}

export function declaredFilters(project: DjangoProject): readonly DeclaredFilter[] {
  const { program } = project;
  return program.modules
    .filter(
      ({ firstParty, file }) => firstParty && mentions(file, /filterset_fields|list_filter|django_filters/),
    )
    .flatMap((module) => program.classes(module))
    .flatMap((symbol) => filtersOf(project, symbol));
}

interface NamedColumn {
  readonly model: Model;
  /** Of the field. */
  readonly name: string;
  readonly place: Expression;
}

function filtersOf(project: DjangoProject, symbol: ClassSymbol): readonly DeclaredFilter[] {
  const inAdmin = isAdminClass(project.program, symbol);
  const columns = inAdmin
    ? columnsOfAdmin(project, symbol)
    : [...columnsOfView(project, symbol), ...columnsOfFilterSet(project, symbol)];
  return columns.flatMap(({ model, name, place }) => {
    const field = model.fields.get(name);
    if (!field) return [];
    const location = { path: symbol.module.file.path, range: { start: place.start, end: place.end } };
    const where = `${symbol.module.name}.${symbol.qualifiedName}`;
    return [{ model, field, location, symbol: where, inRequest: !inAdmin }];
  });
}

function columnsOfView(project: DjangoProject, view: ClassSymbol): readonly NamedColumn[] {
  const fields = project.program.members(view).get("filterset_fields");
  const model = fields?.kind === "variable" ? modelOfView(project, view) : undefined;
  if (!model || fields?.kind !== "variable") return [];
  return fields.values.flatMap((value) => namedIn(model, exactNames(value)));
}

function columnsOfFilterSet({ program, models }: DjangoProject, symbol: ClassSymbol): readonly NamedColumn[] {
  const filterSet = filterSetOf(program, models, symbol);
  if (!filterSet) return [];
  const { model, declared, fields } = filterSet;
  return [
    ...(fields ? namedIn(model, exactNames(fields)) : []),
    ...declared.flatMap(({ name, call }) => {
      const filter = program.resolveExpression(symbol.module, call.function);
      const isFilter = filter.kind === "external" && /^django_filters\..*Filter$/.test(filter.name);
      if (!isFilter || /OrderingFilter$/.test(filter.name) || !comparesExactly(call)) return [];
      const column = keywordOf(call, "field_name") ?? call.arguments[0];
      const written = column?.kind === "StringLiteral" ? column.value : name;
      return [{ model, name: written, place: column ?? call }];
    }),
  ];
}

/** By equality or a range, and not by a method of the class. */
function comparesExactly(call: Call): boolean {
  const lookup = keywordOf(call, "lookup_expr");
  if (keywordOf(call, "method")) return false;
  return lookup === undefined || (lookup.kind === "StringLiteral" && exactLookup.test(lookup.value));
}

function columnsOfAdmin({ program, models }: DjangoProject, admin: ClassSymbol): readonly NamedColumn[] {
  const listed = classBody(admin).attributes.find(({ name }) => name === "list_filter")?.value;
  const names = elementsOf(listed).flatMap((element) => {
    // `("status", admin.ChoicesFieldListFilter)`
    const first =
      element.kind === "TupleLiteral" || element.kind === "ListLiteral" ? element.elements[0] : element;
    return first?.kind === "StringLiteral" ? [first] : [];
  });
  return names.length === 0
    ? []
    : modelsOfAdmin(program, models, admin).flatMap((model) => namedIn(model, names));
}

function namedIn(model: Model, names: readonly StringLiteral[]): readonly NamedColumn[] {
  return names.map((name) => ({ model, name: name.value, place: name }));
}

/** The model whose manager the value of `queryset` starts with. */
export function modelOfView({ program, models }: DjangoProject, view: ClassSymbol): Model | undefined {
  const member = program.lookupMember(view, "queryset");
  if (member.kind !== "found" || member.symbol.kind !== "variable") return undefined;
  const { module, owner, values } = member.symbol;
  for (let node: Expression | undefined = values[0]; node; node = innerOf(node)) {
    const symbol = program.resolveExpression(module, node, owner);
    const model = symbol.kind === "class" ? models.modelOfClass(symbol) : undefined;
    if (model) return model;
  }
  return undefined;
}

function innerOf(node: Expression): Expression | undefined {
  if (node.kind === "Call") return node.function;
  return node.kind === "Attribute" ? node.value : undefined;
}

/** The names of a list, and those keys of a dictionary that allow an exact match. */
function exactNames(value: Expression): readonly StringLiteral[] {
  if (value.kind !== "DictLiteral")
    return elementsOf(value).filter((element) => element.kind === "StringLiteral");
  return value.entries.flatMap(({ key, value: lookups }) =>
    key?.kind === "StringLiteral" && allowsExact(lookups) ? [key] : [],
  );
}

const exactLookup = /^(?:exact|in|range|[gl]te?)$/;

function allowsExact(lookups: Expression): boolean {
  return elementsOf(lookups).some(
    (element) => element.kind === "StringLiteral" && exactLookup.test(element.value),
  );
}

/** Of a list, a tuple or a set; none of anything else. */
export function elementsOf(value: Expression | undefined): readonly Expression[] {
  switch (value?.kind) {
    case "ListLiteral":
    case "TupleLiteral":
    case "SetLiteral":
      return value.elements;
    default:
      return [];
  }
}
