import type { Field, Index, Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import { importAll, importNames } from "../../edits/imports.ts";
import { lastName } from "../../python/last-name.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { FileEdit, Finding, Fix } from "../finding.ts";
import { type ColumnSearch, columnSearches } from "../query-shape/column-searches.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type DeclaredIndex, declaredIndex, keywordOf } from "./declared-index.ts";
import { indexFinding, isKnownSmall } from "./index-finding.ts";

/** By what Django compares: these on `UPPER(column)`. */
const ofUpperCase: ReadonlySet<string> = new Set([...["iexact", "istartswith", "icontains", "iendswith"]]);
const inside: ReadonlySet<string> = new Set(["icontains", "iendswith", "istartswith"]);

export const wrongFunctionalIndex: FactRule = {
  kind: "facts",
  code: "QS507",
  name: "wrong-functional-index",
  summary: "An index for comparisons without regard to case is on another expression than the one compared",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const engines = databaseEngines(context.project.settings);
    // Their comparisons are made on the column itself.
    if (usesOnly(engines, "sqlite") || usesOnly(engines, "mysql")) return [];
    const searches = columnSearches(context, ofUpperCase).filter(
      ({ model }) => !isKnownSmall(context, model),
    );
    return searches.flatMap((search) =>
      search.model.meta.indexes.flatMap((index) => findingOf(context, search, index) ?? []),
    );
  },
};

type Wrong =
  | { readonly kind: "lower"; readonly lower: Call; readonly isTrigram: boolean }
  /** Trigrams of the column itself. */
  | { readonly kind: "trigram"; readonly fields: Expression };

function findingOf(
  context: RuleContext,
  { field, model, places }: ColumnSearch,
  index: Index,
): Finding | undefined {
  const declared = declaredIndex(context, model, index);
  const wrong = declared && wrongIndex(declared, field);
  if (!declared || !wrong) return undefined;
  const isTrigram = wrong.kind === "trigram" || wrong.isTrigram;
  const served = places.filter(
    ({ operator }) => inside.has(operator) === isTrigram || operator === "istartswith",
  );
  const [example] = served;
  if (!example || servesOtherCode(context, model, field, wrong)) return undefined;
  if (servedByAnother(context, model, field, index)) return undefined;
  const on = wrong.kind === "lower" ? `Lower("${field.name}")` : `trigrams of "${field.name}"`;
  return indexFinding(context, wrongFunctionalIndex, {
    model,
    location: index.location,
    columns: [field.name],
    message: `The index on ${on} is not used by "${example.text}", which compares UPPER("${field.name}").`,
    help: `Make it an index on Upper("${field.name}"), and run makemigrations.`,
    confidence: "high",
    missing: "The index",
    places: served,
    verb: "Compared",
    fixes: fixesOf(declared, wrong, field),
  });
}

function wrongIndex({ call }: DeclaredIndex, field: Field): Wrong | undefined {
  if (keywordOf(call, "condition")) return undefined;
  const classes = keywordOf(call, "opclasses");
  const fields = keywordOf(call, "fields");
  if (fields && classes && stringsIn(classes).includes("gin_trgm_ops")) {
    const [only, ...others] = stringsIn(fields);
    return only === field.name && others.length === 0 ? { kind: "trigram", fields } : undefined;
  }
  let lower: Call | undefined;
  let isTrigram = false;
  for (const argument of call.arguments) {
    walkExpressions(argument, (each) => {
      if (each.kind === "StringLiteral") isTrigram ||= each.value === "gin_trgm_ops";
      if (each.kind !== "Call" || lastName(each.function) !== "Lower") return undefined;
      const [column] = each.arguments;
      if (column && stringsIn(column).includes(field.name)) lower ??= each;
      return undefined;
    });
    walkExpressions(argument, (each) => {
      if (each.kind === "Call") {
        const name = keywordOf(each, "name");
        isTrigram ||= name?.kind === "StringLiteral" && name.value === "gin_trgm_ops";
      }
      return undefined;
    });
  }
  return lower && { kind: "lower", lower, isTrigram };
}

function stringsIn(expression: Expression): readonly string[] {
  const found: string[] = [];
  walkExpressions(expression, (each) => {
    if (each.kind === "StringLiteral") found.push(each.value);
    return undefined;
  });
  return found;
}

/** Code that writes `Lower("email")` or a transform, or `contains` for trigrams of the column, needs the index. */
function servesOtherCode(context: RuleContext, model: Model, field: Field, wrong: Wrong): boolean {
  return factsOfKind(context.facts, "lookup").some(({ lookup, queryset, within }) => {
    const [name, ...operators] = lookup.split("__");
    if (name !== field.name || queryset.model.label !== model.label) return false;
    return wrong.kind === "lower"
      ? operators.includes("lower") || within.some((each) => each.name === "Lower")
      : operators.some((operator) =>
          ["contains", "endswith", "regex", "iregex", "like", "ilike"].includes(operator),
        );
  });
}

function servedByAnother(context: RuleContext, model: Model, field: Field, wrong: Index): boolean {
  return model.meta.indexes.some((index) => {
    const declared = index === wrong ? undefined : declaredIndex(context, model, index);
    const text = declared?.module.file.text.slice(declared.call.start, declared.call.end);
    return text !== undefined && /\bUpper\(/.test(text) && new RegExp(`["']${field.name}["']`).test(text);
  });
}

function fixesOf({ call, module }: DeclaredIndex, wrong: Wrong, field: Field): readonly Fix[] {
  const { path, text } = module.file;
  const requests = [
    { module: "django.db.models.functions", names: ["Upper"] },
    ...(wrong.kind === "trigram" ? [{ module: "django.contrib.postgres.indexes", names: ["OpClass"] }] : []),
  ];
  const imports = importAll(module.file, requests);
  const named = (request: (typeof requests)[number] | undefined, name: string) =>
    request && importNames(module.file, request.module, request.names)?.expressions.get(name);
  const upper = named(requests[0], "Upper");
  if (!imports || upper === undefined) return [];
  const edits: (Omit<FileEdit, "path"> | undefined)[] = [...imports];
  if (wrong.kind === "lower") {
    const { function: callee } = wrong.lower;
    edits.push({ range: { start: callee.start, end: callee.end }, newText: upper });
  } else {
    const opClass = named(requests[1], "OpClass");
    const name = keywordOf(call, "name");
    const quote = text.slice(wrong.fields.start, wrong.fields.end).includes("'") ? "'" : '"';
    if (opClass === undefined || !name) return [];
    const column = `${upper}(${quote}${field.name}${quote})`;
    const inside = `${opClass}(${column}, name=${quote}gin_trgm_ops${quote}), name=${text.slice(name.start, name.end)}`;
    edits.push({
      range: { start: call.argumentsRange.start + 1, end: call.argumentsRange.end - 1 },
      newText: inside,
    });
  }
  return [
    {
      title: `Make it an index on Upper("${field.name}") (needs a migration)`,
      safety: "unsafe",
      preferred: true,
      edits: edits.flatMap((edit) => (edit ? [{ path, ...edit }] : [])),
    },
  ];
}
