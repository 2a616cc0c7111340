/** `created__date=day` as a range of the column, in the time zone in which Django would take the date. */
import { atLeast } from "../../django/version.ts";
import { importAll, importName } from "../../edits/imports.ts";
import type { LookupUse } from "../../interpret/facts.ts";
import type { Expression, Keyword } from "../../syntax/ast.ts";
import { type Node, pathTo } from "../../syntax/walk.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import type { ResolvedLookup } from "./resolved-lookup.ts";

export function dateRangeFix(
  context: RuleContext,
  { location: { path, range }, lookup }: LookupUse,
  { field, operators: [part, comparison = "exact", ...others] }: ResolvedLookup,
): readonly Fix[] {
  const module = context.project.program.moduleOfFile(path);
  const isAware = usesTimeZones(context);
  if (!module || isAware === undefined || others.length > 0) return [];
  if (part !== "date" || field?.baseClassName !== "DateTimeField") return [];
  const keyword = pathTo(module.file.tree, range).findLast(isKeyword);
  if (!keyword || !isRepeatable(keyword.value)) return [];
  const names = {
    datetime: importName(module.file, "datetime", "datetime"),
    timedelta: importName(module.file, "datetime", "timedelta"),
    timezone: isAware ? importName(module.file, "django.utils", "timezone") : undefined,
  };
  if (!names.datetime || !names.timedelta || (isAware && !names.timezone)) return [];
  const datetime = names.datetime.expression;
  const value = module.file.text.slice(keyword.value.start, keyword.value.end);
  const startOf = (day: string): string => {
    const start = `${datetime}.combine(${day}, ${datetime}.min.time())`;
    return names.timezone ? `${names.timezone.expression}.make_aware(${start})` : start;
  };
  const column = lookup.slice(0, lookup.indexOf("__date"));
  const nextDay = `${value} + ${names.timedelta.expression}(days=1)`;
  const from = `${column}__gte=${startOf(value)}`;
  const code = {
    exact: `${from}, ${column}__lt=${startOf(nextDay)}`,
    gte: from,
    gt: `${column}__gte=${startOf(nextDay)}`,
    lt: `${column}__lt=${startOf(value)}`,
    lte: `${column}__lt=${startOf(nextDay)}`,
  }[comparison];
  if (code === undefined) return [];
  const needed = code.includes(nextDay) ? ["datetime", "timedelta"] : ["datetime"];
  const imports = importAll(module.file, [
    { module: "datetime", names: needed },
    ...(isAware ? [{ module: "django.utils", names: ["timezone"] }] : []),
  ]);
  if (!imports) return [];
  const change = { range: { start: keyword.start, end: keyword.end }, newText: code };
  return [
    {
      title: "Compare with the start and the end of the day (the value must be a date)",
      safety: "unsafe",
      preferred: true,
      edits: [...imports, change].map((edit) => ({ path, ...edit })),
    },
  ];
}

/** Undefined where the settings do not tell. */
function usesTimeZones({ django, project: { settings } }: RuleContext): boolean | undefined {
  const value = settings.evaluateSetting("USE_TZ");
  if (value === undefined) return atLeast(django, 5, 0);
  return value.kind === "known" && typeof value.value === "boolean" ? value.value : undefined;
}

function isKeyword(node: Node): node is Keyword {
  return !("kind" in node) && "value" in node;
}

/** The value is written twice: it must be the same both times, and no text. */
function isRepeatable(value: Expression): boolean {
  return value.kind === "Name" || (value.kind === "Attribute" && isRepeatable(value.value));
}
