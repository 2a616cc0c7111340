import type { Location } from "../../base/text-range.ts";
import { isIndexed } from "../../django/indexes.ts";
import { resolveLookup } from "../../django/lookups.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import { removeKeyword } from "../../edits/listed-items.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { declaredField, isFalse, keywordOf } from "./declared-index.ts";
import { indexFinding, isKnownSmall } from "./index-finding.ts";
import { canBeIndexed } from "./indexable-columns.ts";

export const unindexedFk: FactRule = {
  kind: "facts",
  code: "QS510",
  name: "unindexed-fk",
  summary: "A foreign key by which rows are looked for has no index",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    // MySQL makes an index for each foreign key.
    if (usesOnly(databaseEngines(context.project.settings), "mysql")) return [];
    const keys = [...context.project.models.models.values()].flatMap((model) =>
      canBeIndexed(model) && !isKnownSmall(context, model)
        ? [...model.fields.values()].flatMap((field) =>
            lacksIndex(context, model, field) ? [{ model, field }] : [],
          )
        : [],
    );
    if (keys.length === 0) return [];
    return keys.flatMap(
      ({ field, model }) => findingOf(context, model, field, usesOf(context, model, field)) ?? [],
    );
  },
};

/** `db_index=False`, and no other index begins with it. */
function lacksIndex(context: RuleContext, model: Model, field: Field): boolean {
  if (field.kind !== "foreignKey" || field.indexed || isIndexed(model, field.name)) return false;
  const declared = declaredField(context, model, field);
  return declared !== undefined && isFalse(keywordOf(declared.call, "db_index"));
}

interface Use {
  readonly location: Location;
  readonly symbol: string;
  readonly what: "joins" | "filters" | "deletes";
}

function usesOf({ facts, project: { models } }: RuleContext, model: Model, field: Field): readonly Use[] {
  const uses = new Map<string, Use>();
  const add = (
    { location, symbol }: { readonly location: Location; readonly symbol: string },
    what: Use["what"],
  ): void => {
    uses.set(`${location.path}:${location.range.start}`, { location, symbol, what });
  };
  for (const fact of factsOfKind(facts, "lookup")) {
    if (fact.root.context === "test" || fact.root.context === "migration") continue;
    const result = resolveLookup(models, fact.queryset.model, fact.lookup.replace(/^-/, ""), {
      annotations: fact.queryset.annotations,
    });
    if (result.kind !== "valid") continue;
    for (const [index, part] of result.parts.entries()) {
      if (part.kind !== "relation" || part.relation.field !== field) continue;
      if (part.relation.kind === "reverseForeignKey") add(fact, "joins");
      else if (fact.condition && index === 0) add(fact, "filters");
    }
  }
  for (const fact of factsOfKind(facts, "rowsUse")) {
    if (fact.root.context === "test" || fact.root.context === "migration") continue;
    if (fact.queryset.related?.relation.field === field) add(fact, "filters");
  }
  for (const fact of factsOfKind(facts, "relationRead")) {
    if (fact.relation.field === field && fact.relation.kind === "reverseForeignKey") add(fact, "filters");
  }
  for (const fact of factsOfKind(facts, "singleWrite")) {
    const { write } = fact;
    if (write?.operation === "delete" && write.model.label === field.target && model.label !== field.target) {
      add(write, "deletes");
    }
  }
  return [...uses.values()];
}

function findingOf(
  context: RuleContext,
  model: Model,
  field: Field,
  uses: readonly Use[],
): Finding | undefined {
  if (uses.length === 0) return undefined;
  const words = [
    ...(uses.some(({ what }) => what === "joins") ? ["joins"] : []),
    ...(uses.some(({ what }) => what === "filters") ? ["filters"] : []),
    ...(uses.some(({ what }) => what === "deletes") ? [`deletes of ${field.target?.split(".").at(-1)}`] : []),
  ];
  return indexFinding(context, unindexedFk, {
    model,
    location: field.location,
    columns: [field.name],
    message: `The foreign key "${field.name}" of ${model.name} has db_index=False and is used in ${words.join(" and ")}: each reads the whole table.`,
    help: "Leave out db_index=False and run makemigrations, or give it an index that begins with it.",
    confidence: "high",
    missing: "It has no index",
    places: uses,
    verb: "Used",
    fixes: fixesOf(context, model, field),
  });
}

function fixesOf(context: RuleContext, model: Model, field: Field): readonly Fix[] {
  const declared = declaredField(context, model, field);
  const keyword = declared?.call.keywords.find(({ name }) => name?.name === "db_index");
  if (!declared || !keyword) return [];
  const { path, text } = declared.module.file;
  return [
    {
      title: `Let "${field.name}" have its index (needs a migration)`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path, ...removeKeyword(text, declared.call, keyword) }],
    },
  ];
}
