/**
 * Searches that classes declare: `search_fields` of the admin and of API views, filters of django-filter whose lookup is
 * written in them.
 */
import { isAdminClass, modelsOfAdmin } from "../../django/admin-classes.ts";
import { classBody } from "../../django/class-body.ts";
import { filterSetOf } from "../../django/filter-sets.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { Call, Expression, StringLiteral } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { modelOfView } from "../indexes/declared-filters.ts";
import type { RuleContext } from "../rule-context.ts";
import type { SearchPlace } from "./column-searches.ts";
import { resolvedLookup } from "./resolved-lookup.ts";
import { isUnanchored, scopeOfView } from "./search-scope.ts";

export interface DeclaredSearch {
  readonly model: Model;
  readonly field: Field;
  readonly place: SearchPlace;
}

const viewClasses: ReadonlySet<string> = new Set([
  "rest_framework.generics.GenericAPIView",
  "rest_framework.viewsets.GenericViewSet",
  "rest_framework.viewsets.ModelViewSet",
  "rest_framework.viewsets.ReadOnlyModelViewSet",
  ...["ListAPIView", "ListCreateAPIView"].map((name) => `rest_framework.generics.${name}`),
]);

/** What a sign in front of a name of `search_fields` asks for. */
const signs: Readonly<Record<string, string>> = {
  "^": "istartswith",
  "=": "iexact",
  "@": "search",
  $: "iregex",
};

export function declaredSearches(context: RuleContext): readonly DeclaredSearch[] {
  const { program } = context.project;
  return program.modules
    .filter(
      ({ firstParty, file }) => firstParty && mentions(file, /search_fields|lookup_expr|django_filters/),
    )
    .flatMap((module) => program.classes(module))
    .flatMap((symbol) => searchesOf(context, symbol));
}

function searchesOf(context: RuleContext, symbol: ClassSymbol): readonly DeclaredSearch[] {
  const { project } = context;
  const { models, program } = project;
  const { attributes } = classBody(symbol);
  const searchFields = attributes.find(({ name }) => name === "search_fields");
  const names = searchFields ? strings(searchFields.value) : [];
  if (names.length > 0) {
    const searched = isAdminClass(program, symbol)
      ? modelsOfAdmin(program, models, symbol)
      : program.derivesFrom(symbol, viewClasses)
        ? [modelOfView(project, symbol)].filter((model) => model !== undefined)
        : [];
    return searched.flatMap((model) => {
      const alternatives = names.flatMap((name) => {
        const sign = signs[name.value.slice(0, 1)];
        const path = sign ? name.value.slice(1) : name.value;
        return searchAt(context, symbol, model, name, path, sign ?? "icontains");
      });
      // One that looks inside of texts reads all rows for all of them.
      const unanchored = alternatives.filter(({ place }) => isUnanchored(place.operator));
      return unanchored.length > 0 ? unanchored : alternatives;
    });
  }
  return filtersOf(context, symbol);
}

function filtersOf(context: RuleContext, symbol: ClassSymbol): readonly DeclaredSearch[] {
  const { models, program } = context.project;
  const filterSet = filterSetOf(program, models, symbol);
  if (!filterSet) return [];
  const { model, fields } = filterSet;
  const declared = filterSet.declared.flatMap(({ name, call }) => {
    const lookup = keyword(call, "lookup_expr");
    if (lookup?.kind !== "StringLiteral" || keyword(call, "method")) return [];
    const column = keyword(call, "field_name") ?? call.arguments[0];
    const path = column?.kind === "StringLiteral" ? column.value : name;
    return searchAt(context, symbol, model, lookup, path, lookup.value);
  });
  const listed = fields?.kind === "DictLiteral" ? fields.entries : [];
  return [
    ...declared,
    ...listed.flatMap(({ key, value }) =>
      key?.kind === "StringLiteral"
        ? strings(value).flatMap((lookup) =>
            searchAt(context, symbol, model, lookup, key.value, lookup.value),
          )
        : [],
    ),
  ];
}

function searchAt(
  context: RuleContext,
  symbol: ClassSymbol,
  model: Model,
  { start, end }: StringLiteral,
  path: string,
  given: string,
): readonly DeclaredSearch[] {
  const column = resolvedLookup(context, { queryset: { model, annotations: new Set() }, lookup: path });
  if (!column?.field || column.operators.length > 1) return [];
  const [operator = given] = column.operators;
  const place: SearchPlace = {
    location: { path: symbol.module.file.path, range: { start, end } },
    symbol: `${symbol.module.name}.${symbol.qualifiedName}`,
    text: column.operators.length > 0 ? path : `${path}__${operator}`,
    operator,
    scope: scopeOfView(context, symbol),
    isJoined: false,
    inAdmin: isAdminClass(context.project.program, symbol),
    use: undefined,
  };
  return [{ model: column.model, field: column.field, place }];
}

function strings(value: Expression): readonly StringLiteral[] {
  return value.kind === "ListLiteral" || value.kind === "TupleLiteral"
    ? value.elements.filter((element) => element.kind === "StringLiteral")
    : [];
}

function keyword(call: Call, name: string): Expression | undefined {
  return call.keywords.find((each) => each.name?.name === name)?.value;
}
