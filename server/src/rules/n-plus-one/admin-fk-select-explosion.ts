import { groupBy } from "../../base/group-by.ts";
import { searchableModels } from "../../django/admin-classes.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { mayUse } from "../../django/versions.ts";
import { setAttribute } from "../../edits/class-members.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import type { AdminSelects } from "../../interpret/facts.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export const adminFkSelectExplosion: FactRule = {
  kind: "facts",
  code: "QS112",
  name: "admin-fk-select-explosion",
  summary: "An admin form offers all rows of a large table as options",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const selects = factsOfKind(context.facts, "adminSelects");
    const byClass = groupBy(selects, ({ admin }) => admin.id);
    return [...byClass.values()].flatMap(([first, ...others]) => {
      // The page of one parent shows the key to another.
      const fields = first.fields.filter(
        (field) => isOfManyRows(context, field) && others.every((other) => other.fields.includes(field)),
      );
      return fields.length > 0 ? [findingOf(context, first, fields)] : [];
    });
  },
};

/** Tables that somebody fills in once: the kinds of things rather than the things. */
const lookupTable =
  /(Type|Kind|Status|State|Category|Group|Role|Country|Region|Language|Locale|Currency|Site|Level|Tier|Plan|Unit|Priority|Reason|Source|Permission|Tag|Label|Class|Option)$/;

/** Users, and what several other tables point to. */
function isOfManyRows(context: RuleContext, field: Field): boolean {
  const target = targetOf(context, field);
  if (!target || lookupTable.test(target.name)) return false;
  if (target === context.project.models.userModel) return true;
  const incoming = [...target.lookupRelations.values()].filter(
    ({ kind, model, target: source }) =>
      (kind === "reverseForeignKey" || kind === "reverseOneToOne") && model !== source,
  );
  return incoming.length > 1;
}

function targetOf({ project }: RuleContext, { target }: Field): Model | undefined {
  return target === undefined ? undefined : project.models.model(target);
}

function findingOf(context: RuleContext, selects: AdminSelects, fields: readonly Field[]): Finding {
  const { admin, model } = selects;
  const location = {
    path: admin.module.file.path,
    range: { start: admin.node.name.start, end: admin.node.name.end },
  };
  const isPerRow = fields.some((field) => selects.perRow.includes(field));
  const rows = fields.map((field) => `${targetOf(context, field)?.name} for "${field.name}"`);
  const symbol = `${admin.module.name}.${admin.qualifiedName}`;
  return {
    ...findingBase(adminFkSelectExplosion),
    level: isPerRow ? "warning" : "info",
    remedy: "searched-options",
    confidence: fields.some((field) => targetOf(context, field) === context.project.models.userModel)
      ? "high"
      : "medium",
    message: `The admin form of ${model.name} writes out all rows of ${listed(rows)}${isPerRow ? ", once per row" : ""}.`,
    help: mayUse("adminAutocomplete", context.project.django)
      ? "Let users search for them with autocomplete_fields, or name them by raw_id_fields."
      : "Name them by raw_id_fields.",
    location,
    origin: location,
    symbol,
    model: model.label,
    evidence: fields.flatMap(({ name, location: place }) =>
      place ? [{ message: `"${name}" is declared here`, location: place }] : [],
    ),
    fixes: fixesOf(context, selects, fields),
  };
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** A search where the admin of the target has one, else a key to type. */
function fixesOf(context: RuleContext, selects: AdminSelects, fields: readonly Field[]): readonly Fix[] {
  const { program, models } = context.project;
  const searchable = mayUse("adminAutocomplete", context.project.django)
    ? searchableModels(program, models)
    : new Set<Model>();
  const isSearched = (field: Field): boolean => {
    const target = targetOf(context, field);
    return target !== undefined && searchable.has(target);
  };
  const { admin } = selects;
  const { file } = admin.module;
  const attributes = [
    ["autocomplete_fields", selects.autocompleteFields, fields.filter(isSearched)],
    ["raw_id_fields", selects.rawIdFields, fields.filter((field) => !isSearched(field))],
  ] as const;
  const added = attributes.filter(([, , fresh]) => fresh.length > 0);
  const below = program.members(admin).has("list_display") ? "list_display" : "model";
  const quote = quoteOf(file.text, {
    kind: "InvalidExpression",
    start: admin.node.start,
    end: admin.node.end,
  });
  const codes = added.map(([name, before, fresh]) => {
    const names = [...before, ...fresh.map((field) => field.name)];
    return { name, code: `[${names.map((item) => quote + item + quote).join(", ")}]`, below };
  });
  const edits = codes.map((attribute) => setAttribute(file, admin.node, attribute));
  const [first, second] = edits;
  if (!first || edits.some((edit) => edit === undefined)) return [];
  const title = `Add ${codes.map(({ name, code }) => `${name} = ${code}`).join(" and ")}`;
  // Two lines at one place are one edit.
  const isSamePlace =
    second && second.range.start === first.range.start && second.range.end === first.range.end;
  const merged = isSamePlace
    ? [{ range: first.range, newText: first.newText + second.newText }]
    : edits.filter((edit) => edit !== undefined);
  return [
    {
      title,
      safety: "unsafe",
      preferred: true,
      edits: merged.map((edit) => ({ path: file.path, ...edit })),
    },
  ];
}
