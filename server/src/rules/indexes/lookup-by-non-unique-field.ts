import { groupBy } from "../../base/group-by.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { Finding } from "../finding.ts";
import { functionsInRequests, isInRequest } from "../functions-in-requests.ts";
import { growthOf } from "../pagination/growing-models.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { filteredColumns, isOftenFiltered } from "./filtered-columns.ts";
import { declarationOf, indexFinding, isKnownSmall } from "./index-finding.ts";
import { indexFixes } from "./index-fix.ts";
import { canBeIndexed, mayNeedIndex, ownerOf } from "./indexable-columns.ts";
import { type Condition, queryShapes } from "./query-shapes.ts";

export const lookupByNonUniqueField: FactRule = {
  kind: "facts",
  code: "QS514",
  name: "lookup-by-non-unique-field",
  summary: "One row is asked for by a column that is neither unique nor has an index",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    if (usesOnly(databaseEngines(context.project.settings), "sqlite")) return [];
    const lookups = lookupsOf(context);
    if (lookups.length === 0) return [];
    // The rule about filters has said it already.
    const reported = new Set(
      filteredColumns(context)
        .filter(isOftenFiltered)
        .map(({ model, field }) => `${model.label}.${field.name}`),
    );
    return [...groupBy(lookups, ({ model, field }) => `${model.label}.${field.name}`)].flatMap(
      ([key, group]) => (reported.has(key) ? [] : [findingOf(context, group)]),
    );
  },
};

interface Lookup {
  readonly model: Model;
  readonly field: Field;
  readonly use: NonNullable<Condition["use"]>;
}

const single = /^a?get$|^a?(?:get|update)_or_create$/;

/** `get()` and its like in requests, with columns of the table alone of which none has an index. */
function lookupsOf(context: RuleContext): readonly Lookup[] {
  const { models } = context.project;
  const reachable = functionsInRequests(context);
  return queryShapes(context).flatMap(({ conditions, complete, queryset, uses }): readonly Lookup[] => {
    const [use] = uses;
    if (!use || !single.test(use.method) || !complete || queryset.related || queryset.unknownOperations)
      return [];
    if (queryset.bound.kind !== "none" || !isInRequest(use.root, reachable)) return [];
    const isSole = conditions.every(
      ({ path, comparison, optional, field, constant }) =>
        path === "" && comparison === "equal" && !optional && field.kind === "column" && !constant,
    );
    if (!isSole || conditions.length === 0) return [];
    const columns = conditions.flatMap(({ field, model: named, use: own }) => {
      const model = ownerOf(models, named, field);
      const column = model?.fields.get(field.name);
      return model && column && own ? [{ model, field: column, use: own }] : [];
    });
    const isOpen = ({ model, field }: Lookup): boolean =>
      canBeIndexed(model) &&
      growthOf(context, model) === "growing" &&
      !isKnownSmall(context, model) &&
      !field.unique &&
      !field.primaryKey &&
      mayNeedIndex(model, field);
    if (columns.length < conditions.length || columns.length !== 1) return [];
    return columns.every(isOpen) ? columns : [];
  });
}

function findingOf(context: RuleContext, group: readonly [Lookup, ...Lookup[]]): Finding {
  const [{ model, field, use }] = group;
  return indexFinding(context, lookupByNonUniqueField, {
    model,
    location: declarationOf(model, field),
    columns: [field.name],
    message: `${use.method}(${field.name}=…) asks for one ${model.name} by a column without a unique constraint or an index: it reads the whole table, and two rows raise MultipleObjectsReturned.`,
    help: `Where the values are unique (values("${field.name}").annotate(n=Count("pk")).filter(n__gt=1) finds those that are not), make it unique=True; else add an index.`,
    confidence: "medium",
    missing: `"${field.name}" is neither unique nor has an index`,
    places: group.map((lookup) => lookup.use),
    verb: "Looked up",
    fixes: indexFixes(context, model, [field.name]),
  });
}
