/** The querysets that a finding about an index rests on. */
import { containsRange, type Location } from "../../base/text-range.ts";
import type { DjangoProject } from "../../django/project.ts";
import type { Module } from "../../python/symbols.ts";
import type { Finding } from "../../rules/finding.ts";
import { withoutSign } from "../../rules/indexes/served-columns.ts";
import { type QuerysetExpression, querysetAt } from "../queryset-at.ts";

export interface FindingQueryset {
  readonly queryset: QuerysetExpression;
  /** In which it is evaluated. */
  readonly module: string;
  /** Where it is written; undefined for the query that stands for all that the finding is about. */
  readonly location: Location | undefined;
}

/** More say nothing new, and each of them has to be compiled and planned. */
const mostQuerysets = 8;

/** Those that its places are part of, each once; else the query that its columns are for. */
export function querysetsOf(finding: Finding, project: DjangoProject): readonly FindingQueryset[] {
  const found = new Map<string, FindingQueryset>();
  for (const { location } of finding.accesses) {
    const module = project.program.moduleOfFile(location.path);
    const queryset = module && querysetAround(module, location);
    if (!module || !queryset) continue;
    const place = { path: location.path, range: queryset.range };
    found.set(`${place.path}:${place.range.start}`, { queryset, module: module.name, location: place });
  }
  const written = [...found.values()].slice(0, mostQuerysets);
  return written.length > 0 ? written : standInFor(finding, project);
}

function querysetAround({ file }: Module, { range }: Location): QuerysetExpression | undefined {
  const queryset = querysetAt(file, { start: range.start, end: range.start });
  // Names in a list of fields are in no queryset, though one may stand on their line.
  return queryset && containsRange(queryset.range, { start: range.start, end: range.start })
    ? queryset
    : undefined;
}

/** Rules whose columns are all compared with a value. */
const ofEquality: ReadonlySet<string> = new Set(["QS501", "QS505", "QS508", "QS510", "QS511", "QS514"]);
/** Rules whose columns are all sorted by. */
const ofOrder: ReadonlySet<string> = new Set(["QS502"]);
const usualPage = 25;

/** Filters of an admin or an API, keys that Django itself looks for: no queryset in the project says so. */
function standInFor({ code, model, fields }: Finding, project: DjangoProject): readonly FindingQueryset[] {
  const symbol = model === undefined ? undefined : project.models.model(model)?.symbol;
  const calls = callsFor(code, fields);
  if (symbol === undefined || calls === undefined) return [];
  const text = `${symbol.qualifiedName}._base_manager${calls}`;
  const bindings = fields.map((field) => ({
    kind: "parameter" as const,
    name: withoutSign(field),
    annotation: undefined,
  }));
  const queryset = { range: { start: 0, end: 0 }, text, bindings, calls: [] };
  return [{ queryset, module: symbol.module.name, location: undefined }];
}

function callsFor(code: string, fields: readonly string[]): string | undefined {
  const names = fields.map(withoutSign);
  if (ofEquality.has(code)) return `.filter(${names.map((name) => `${name}=${name}`).join(", ")})`;
  if (!ofOrder.has(code)) return undefined;
  return `.order_by(${fields.map((field) => JSON.stringify(field)).join(", ")})[:${usualPage}]`;
}
