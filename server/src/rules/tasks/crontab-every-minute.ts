import type { Call, Expression } from "../../syntax/ast.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { callsOfLibrary, type LibraryCall } from "./library-calls.ts";

export const crontabEveryMinute: FactRule = {
  kind: "facts",
  code: "QS919",
  name: "crontab-every-minute",
  summary: "A schedule of Celery names hours or days but no minute, so that it runs every minute of them",
  level: "error",
  fix: "unsafe",
  stage: 2,
  run: (context) =>
    callsOfLibrary(context.project.program, "celery.schedules.crontab").flatMap((use) => {
      const span = spanOf(use.call);
      return span ? [findingOf(context, use, span)] : [];
    }),
};

/** How much the schedule restricts when it runs. */
type Span = "hours" | "days";

/** Undefined where the minute is written down, may come from somewhere else, or nothing is restricted at all. */
function spanOf({ arguments: positional, keywords }: Call): Span | undefined {
  // The minute is the first parameter.
  if (positional.length > 0 || keywords.some(({ name }) => !name || name.name === "minute")) return undefined;
  const given = keywords.flatMap(({ name, value }) => (name && !isStar(value) ? name.name : []));
  if (given.includes("hour")) return "hours";
  return given.some((name) => dayParameters.has(name)) ? "days" : undefined;
}

const dayParameters: ReadonlySet<string> = new Set(["day_of_week", "day_of_month", "month_of_year"]);

function isStar(value: Expression): boolean {
  return value.kind === "StringLiteral" && value.value === "*";
}

function findingOf(context: RuleContext, { module, call, symbol }: LibraryCall, span: Span): Finding {
  const { path } = module.file;
  const location = { path, range: { start: call.start, end: call.end } };
  const text = context.text(path);
  const written = call.keywords.map(({ start, end }) => text.slice(start, end)).join(", ");
  const often = span === "hours" ? "every minute of these hours" : "every minute of these days";
  return {
    ...findingBase(crontabEveryMinute),
    remedy: "schedule",
    confidence: "certain",
    message: `"crontab(${written})" leaves the minute at "*": it runs ${often}.`,
    help: 'Name the minute. Where every minute is meant, write minute="*".',
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [{ message: "The schedule", location }],
    fixes: fixOf(path, call),
  };
}

/** A day without an hour would still have 24 runs. */
function fixOf(path: string, { keywords }: Call): readonly Fix[] {
  const [first] = keywords;
  if (!first) return [];
  const hasHour = keywords.some(({ name }) => name?.name === "hour");
  const rate = hasHour ? "at the full hour" : "once a day";
  const added = hasHour ? "minute=0" : "minute=0, hour=0";
  return [
    {
      title: `Add ${added}: it runs ${rate} instead of every minute`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path, range: { start: first.start, end: first.start }, newText: `${added}, ` }],
    },
  ];
}
