import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { signalReceivers } from "../../django/signal-receivers.ts";
import type { QuerysetCall } from "../../interpret/facts.ts";
import { anyField } from "../../queryset/instance.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { callsLibrary } from "../calls-library.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepsTo } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { isInLoop } from "./around-call.ts";
import { automaticValues } from "./automatic-values.ts";
import { columnsComputedOnSave } from "./computed-on-save.ts";
import { functionAround } from "./syntax-queries.ts";

export const bulkSkipsSideEffects: FactRule = {
  kind: "facts",
  code: "QS312",
  name: "bulk-skips-side-effects",
  summary: "Rows are written in bulk without what save() does for each of them",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const calls = factsOfKind(context.facts, "querysetCall").flatMap((fact) => {
      const written = writtenBy(fact);
      // Somebody writes in parts, or row by row: what that misses, other rules say with their fixes.
      if (!written || isInLoop(context, fact.location)) return [];
      // Whoever changes the table's columns does not want every row to look as if somebody had changed it.
      if (fact.root.context === "migration" || isPartOfSave(fact)) return [];
      const skipped = skippedBy(context, fact, written);
      return skipped.length > 0 ? [{ fact, skipped }] : [];
    });
    return [...groupBy(calls, ({ fact }) => placeKey(fact.location)).values()].flatMap(([found]) =>
      found ? [findingOf(context, found.fact, found.skipped)] : [],
    );
  },
};

/** The model's own `save()` writes a column behind Django's: all else has just been done. */
function isPartOfSave({ queryset: { model }, symbol }: QuerysetCall): boolean {
  const { symbol: declared } = model;
  if (!declared) return false;
  const name = `${declared.module.name}.${declared.qualifiedName}`;
  return symbol === `${name}.save` || symbol === `${name}.asave`;
}

/** Columns that the call writes; `areNew`: it makes rows, with values for these at least. */
interface Written {
  readonly names: readonly string[];
  readonly areNew: boolean;
}

/** Undefined for calls of which it is not known what they write. */
function writtenBy({ call, method, given }: QuerysetCall): Written | undefined {
  switch (method) {
    case "update":
      return existing(keywordNames(call));
    case "bulk_update":
      return existing(listedNames(call));
    case "bulk_create": {
      const [objects] = given;
      const element = objects?.kind === "collection" ? objects.element : undefined;
      if (element?.kind !== "instance" || !element.isNew || element.assigned.has(anyField)) return undefined;
      return { names: [...element.assigned.keys(), ...element.attributes.keys()], areNew: true };
    }
    default:
      return undefined;
  }
}

function existing(names: readonly string[] | undefined): Written | undefined {
  return names && names.length > 0 ? { names, areNew: false } : undefined;
}

/** Undefined where a dictionary may name further ones. */
function keywordNames({ keywords }: Call): readonly string[] | undefined {
  const names = keywords.map(({ name }) => name?.name);
  return names.every((name) => name !== undefined) ? names : undefined;
}

function listedNames({ arguments: [, second], keywords }: Call): readonly string[] | undefined {
  const fields: Expression | undefined =
    second ?? keywords.find(({ name }) => name?.name === "fields")?.value;
  if (fields?.kind !== "ListLiteral" && fields?.kind !== "TupleLiteral") return undefined;
  const names = fields.elements.map((element) =>
    element.kind === "StringLiteral" ? element.value : undefined,
  );
  return names.every((name) => name !== undefined) ? names : undefined;
}

interface Skipped {
  /** What `save()` does: `sets "updated_at" to the present time`. */
  readonly text: string;
  readonly location: Location | undefined;
  /** A date that the call could set itself. */
  readonly date?: Field;
}

function skippedBy(context: RuleContext, { queryset }: QuerysetCall, written: Written): readonly Skipped[] {
  const { model } = queryset;
  return [
    ...datesSkipped(model, written),
    ...columnsSkipped(context, model, written),
    ...indexesSkipped(context, model),
  ];
}

/** `auto_now`, which `bulk_create()` does set. */
function datesSkipped(model: Model, { names, areNew }: Written): readonly Skipped[] {
  const dates = areNew ? [] : [...model.fields.values()].filter(({ autoNow }) => autoNow);
  // Of two dates, the code knows which one it means.
  if (dates.some(({ name }) => names.includes(name))) return [];
  return dates.map((date) => ({
    text: `sets "${date.name}" to the present time`,
    location: date.location,
    date,
  }));
}

function columnsSkipped(
  { project: { program } }: RuleContext,
  model: Model,
  { names, areNew }: Written,
): readonly Skipped[] {
  const computed = columnsComputedOnSave(program, model).filter(({ field, from, onlyFirst }) => {
    if (names.includes(field)) return false;
    return areNew || (!onlyFirst && names.some((name) => from.has(name)));
  });
  const byField = groupBy(computed, ({ field }) => field);
  return [...byField.values()].map(([{ field, from, location }]) => ({
    text: `computes "${field}" from ${[...from].map((name) => `"${name}"`).join(" and ")}`,
    location,
  }));
}

const searchLibraries =
  /^(?:haystack|elasticsearch(?:_dsl)?|django_elasticsearch_dsl|opensearchpy|django_opensearch_dsl|algoliasearch(?:_django)?|meilisearch|typesense|watson)\./;

/** Receivers that keep a search index. Those that clear a cache are the matter of a rule of its own. */
function indexesSkipped({ project }: RuleContext, model: Model): readonly Skipped[] {
  const { program, models } = project;
  return signalReceivers(program, models).all.flatMap(({ signal, name, sender, function: symbol }) => {
    if (!/\.(?:pre|post)_save$/.test(signal) || sender?.label !== model.label || !symbol) return [];
    const { node, module } = symbol;
    if (!callsLibrary(program, module, node, searchLibraries)) return [];
    const location = { path: module.file.path, range: { start: node.name.start, end: node.name.end } };
    return [{ text: `calls the receiver ${name}(), which keeps a search index`, location }];
  });
}

function findingOf(context: RuleContext, fact: QuerysetCall, skipped: readonly Skipped[]): Finding {
  const { call, location, method, queryset, symbol } = fact;
  const { model } = queryset;
  const isCounter = method === "update" && call.keywords.every(({ value }) => isExpressionOfColumns(value));
  return {
    ...findingBase(bulkSkipsSideEffects),
    remedy: "automatic-values",
    level: levelInRoots(context, bulkSkipsSideEffects.level, [fact]),
    // That a change leaves no trace may be what the code wants, and mostly is where it counts something.
    confidence: isCounter ? "low" : "medium",
    message: `"${method}()" of ${model.name} skips what save() does: it ${skipped.map(({ text }) => text).join(" and ")}.`,
    help: "Do it in the same call, or beside it, where these rows need it.",
    location,
    origin: location,
    symbol,
    model: model.label,
    fields: skipped.flatMap(({ date }) => (date ? [date.name] : [])),
    accesses: [{ location, relationPath: "", code: bulkSkipsSideEffects.code }],
    evidence: [
      ...skipped.flatMap(({ text, location: place }) =>
        place ? [{ message: `save() ${text}`, location: place }] : [],
      ),
      ...stepsTo(fact),
      { message: `Skips save(): ${method}()`, location },
    ],
    fixes: method === "update" ? fixesOf(context, fact, skipped) : [],
  };
}

/** `F("views") + 1` */
function isExpressionOfColumns(value: Expression): boolean {
  let found = false;
  walkExpressions(value, (part) => {
    found ||=
      part.kind === "Call" &&
      ((part.function.kind === "Name" && part.function.name === "F") ||
        (part.function.kind === "Attribute" && part.function.attribute.name === "F"));
    return undefined;
  });
  return found;
}

function fixesOf(
  { project: { program } }: RuleContext,
  { call, location }: QuerysetCall,
  skipped: readonly Skipped[],
): readonly Fix[] {
  const dates = skipped.flatMap(({ date }) => date ?? []);
  const module = program.moduleOfFile(location.path);
  const last = call.keywords.at(-1);
  if (dates.length === 0 || !module || !last) return [];
  const { file } = module;
  const automatic = automaticValues(file, functionAround(file.tree, location.range), dates);
  if (!automatic) return [];
  const added = automatic.values.map(({ field, expression }) => `, ${field.name}=${expression}`).join("");
  return [
    {
      title: `Set ${dates.map(({ name }) => name).join(" and ")} in the same update()`,
      safety: "unsafe",
      preferred: true,
      edits: [
        { path: file.path, range: { start: last.end, end: last.end }, newText: added },
        ...automatic.edits.map((edit) => ({ path: file.path, ...edit })),
      ],
    },
  ];
}
