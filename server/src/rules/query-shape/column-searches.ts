/** Comparisons of texts in requests, those together that ask the same of one column. */
import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { Expression } from "../../syntax/ast.ts";
import { pathTo } from "../../syntax/walk.ts";
import { placeKey } from "../finding-parts.ts";
import { isInRequestOrAdmin, type OfPlace } from "../functions-in-requests.ts";
import { ownerOf } from "../indexes/indexable-columns.ts";
import type { RuleContext } from "../rule-context.ts";
import { columnConditions } from "./column-conditions.ts";
import { type DeclaredSearch, declaredSearches } from "./declared-searches.ts";
import {
  isBesideUnanchored,
  isJoinedWithOtherTables,
  isUnanchored,
  type SearchScope,
  scopeOfSearch,
} from "./search-scope.ts";

export interface ColumnSearch {
  /** The model whose table has the column. */
  readonly model: Model;
  readonly field: Field;
  readonly places: readonly [SearchPlace, ...SearchPlace[]];
}

export interface SearchPlace {
  readonly location: Location;
  readonly symbol: string;
  /** The lookup or the name as written. */
  readonly text: string;
  /** `icontains` … */
  readonly operator: string;
  /** Which rows are looked through. */
  readonly scope: SearchScope;
  /** Rows are found by columns of other tables as well, so that an index on this one alone serves nothing. */
  readonly isJoined: boolean;
  /** The search of an admin's list. */
  readonly inAdmin: boolean;
  /** Undefined where a declaration asks for it, for whoever searches. */
  readonly use: OfPlace | undefined;
}

/** Columns of text; arrays, ranges and JSON have lookups of the same names. */
const textFields: ReadonlySet<string> = new Set([
  ...["CharField", "TextField", "EmailField", "SlugField", "URLField", "FilePathField"],
]);

/** @param operators that are searched for */
export function columnSearches(
  context: RuleContext,
  operators: ReadonlySet<string>,
): readonly ColumnSearch[] {
  const { models } = context.project;
  const inCode = columnConditions(context).flatMap((condition): readonly DeclaredSearch[] => {
    const { field, inRequest, model, use } = condition;
    const [operator = "exact", ...others] = condition.operators;
    if (
      !(inRequest || isInRequestOrAdmin(context, use.root)) ||
      others.length > 0 ||
      !operators.has(operator)
    )
      return [];
    if (isRegex(operator) && !finds(use.condition.value)) return [];
    const { location, lookup, symbol } = use;
    const scope = scopeOfSearch(context, use);
    if (scope === "oneRow") return [];
    if (!isUnanchored(operator) && isBesideUnanchored(context, use)) return [];
    const isJoined = isJoinedWithOtherTables(context, use);
    return [
      {
        model,
        field,
        place: { location, symbol, text: lookup, operator, scope, isJoined, inAdmin: false, use },
      },
    ];
  });
  const searches = [...inCode, ...declaredSearches(context)].flatMap(({ field, model, place }) => {
    const owner = ownerOf(models, model, field);
    const column = owner?.fields.get(field.name);
    return owner && column && operators.has(place.operator) && textFields.has(column.baseClassName)
      ? [{ owner, column, place }]
      : [];
  });
  return [...groupBy(searches, ({ column, owner }) => `${owner.label}.${column.name}`).values()].map(
    (group) => {
      const [{ column, owner, place: first }, ...others] = group;
      const places = new Map(
        [first, ...others.map(({ place }) => place)].map((each) => [placeKey(each.location), each]),
      );
      const [, ...rest] = places.values();
      return { model: owner, field: column, places: [first, ...rest] };
    },
  );
}

function isRegex(operator: string): boolean {
  return operator === "regex" || operator === "iregex";
}

/**
 * A pattern that an index can help to find inside of a text: it is not bound to the beginning, and has three letters in
 * a row (a trigram). What the code does not write down may be one.
 */
function finds(pattern: Expression | undefined): boolean {
  if (pattern?.kind !== "StringLiteral") return true;
  const letters = pattern.value
    .replace(/\\[A-Za-z]|\[[^\]]*\]|\\?.(?:[*?]|\{0?,\d*\})/g, "|")
    .replace(/\\(.)/g, "$1");
  return !/^(?:\^|\\A)/.test(pattern.value) && /[\p{L}\d_ ]{3}/u.test(letters);
}

/** An index on an expression may be the one that serves the search, where the code around it names the column. */
export function mayHaveFunctionalIndex(
  { project: { program } }: RuleContext,
  model: Model,
  field: Field,
): boolean {
  if (model.meta.indexes.every(({ fields }) => fields !== undefined)) return false;
  const { location } = model.meta;
  const text = location && program.moduleOfFile(location.path)?.file.text;
  if (!location || text === undefined) return true;
  const meta = text.slice(location.range.start, location.range.end);
  return [`"${field.name}"`, `'${field.name}'`].some((name) => meta.includes(name));
}

/** `models.CharField(db_collation="case_insensitive")` */
export function hasCollation({ project: { program } }: RuleContext, { location }: Field): boolean {
  const module = location && program.moduleOfFile(location.path);
  const path = module ? pathTo(module.file.tree, location.range) : [];
  return path.some(
    (node) =>
      "kind" in node &&
      (node.kind === "Assign" || node.kind === "AnnAssign") &&
      node.value?.kind === "Call" &&
      node.value.keywords.some(({ name }) => name?.name === "db_collation"),
  );
}

export function usesPostgresql({ project: { settings } }: RuleContext): boolean {
  const engines = databaseEngines(settings);
  return usesOnly(engines, "postg") || usesOnly(engines, "postgis");
}
