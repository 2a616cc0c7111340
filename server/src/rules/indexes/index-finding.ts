/** What the findings about indexes of a table share. */

import type { Location } from "../../base/text-range.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { tableName } from "../../django/table-name.ts";
import type { Confidence, Evidence, Finding, Fix, Level } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { RuleMetadata } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";

export const helpForIndex =
  "Add an index and run makemigrations; on PostgreSQL, AddIndexConcurrently builds it without blocking writes.";

/** Below, reading the whole table is as fast. */
export const smallTable = 1_000;
/** From here on, reading the whole table is felt, and so is building an index. */
const bigTable = 100_000;

const placesShown = 10;

export interface IndexFinding {
  readonly model: Model;
  /** What declares the column or the index; undefined for the model itself. */
  readonly location: Location | undefined;
  /** Of the index, `-` for descending. */
  readonly columns: readonly string[];
  readonly message: string;
  readonly help: string;
  readonly confidence: Confidence;
  readonly level?: Level;
  /** What the location shows: `"email" has no index`. */
  readonly missing: string;
  /** Queries that it is about. */
  readonly places: readonly { readonly location: Location; readonly symbol: string }[];
  /** What they do: `Filtered`. */
  readonly verb: string;
  readonly fixes: readonly Fix[];
}

export function indexFinding(context: RuleContext, rule: RuleMetadata, parts: IndexFinding): Finding {
  const { model, places } = parts;
  const origin = originOf(model);
  const location = parts.location ?? model.location ?? origin;
  const level = parts.level ?? rule.level;
  return {
    ...findingBase(rule),
    level: level === "info" && isKnownBig(context, model) ? "warning" : level,
    remedy: "index",
    confidence: parts.confidence,
    message: parts.message,
    help: parts.help,
    location,
    symbol: `${model.symbol?.module.name ?? model.appLabel}.${model.name}`,
    model: model.label,
    fields: parts.columns,
    tableRows: knownRows(context, model),
    origin,
    accesses: places.map((place) => ({
      location: place.location,
      relationPath: parts.columns.map((column) => column.replace(/^-/, "")).join("__"),
      code: rule.code,
    })),
    evidence: [
      { message: parts.missing, location },
      ...places.slice(0, placesShown).map(
        (place): Evidence => ({
          message: `${parts.verb} in ${place.symbol}`,
          location: place.location,
        }),
      ),
    ],
    fixes: parts.fixes,
  };
}

/** What the fix edits: the list of indexes, `class Meta`, or the class. */
function originOf(model: Model): Location {
  const { indexesLocation, location } = model.meta;
  return indexesLocation ?? location ?? model.location ?? { path: "", range: { start: 0, end: 0 } };
}

/** The field's own line, where it stands in the class of the model. */
export function declarationOf(model: Model, field: Field): Location | undefined {
  return field.declaredIn === model.label ? field.location : undefined;
}

/** As many rows as somebody has counted, or says. */
export function knownRows({ options }: RuleContext, model: Model): number | undefined {
  const rows = options.tableRows ?? {};
  return rows[model.label] ?? rows[tableName(model)];
}

export function isKnownSmall(context: RuleContext, model: Model): boolean {
  return (knownRows(context, model) ?? smallTable) < smallTable;
}

export function isKnownBig(context: RuleContext, model: Model): boolean {
  return (knownRows(context, model) ?? 0) >= bigTable;
}
