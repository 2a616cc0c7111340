/** Whether a fix sends fewer queries, as most of them promise. Each complaint is one readable line. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FixedVariant, Section, Spec, SpecFile } from "../support/markdown-spec.ts";
import { largestSize } from "../support/query-shape.ts";
import type { Measure } from "../support/spec-assertions.ts";
import { entryName, type JobOutcome, sizeName } from "./measure-specs.ts";

/** Rules whose fixes are about something else than how many queries are sent. */
export const otherAims: readonly (readonly [aim: string, rules: string])[] = [
  [
    "the query gives fewer rows or columns, or only an answer",
    `aggregate-in-python count-compared-for-existence distinct-or-group-in-python filter-in-python len-of-queryset
    load-all-for-one membership-in-queryset over-fetching-columns sort-in-python truthiness-instead-of-exists
    values-list-opportunity`,
  ],
  [
    "the database compares, joins or locks in another way",
    `double-join-filter multi-join-aggregation non-sargable-date-lookup subquery-not-single wide-row-lock`,
  ],
  ["rows are held in memory in parts", "bulk-without-batch-size missing-iterator"],
  [
    "what is written is right, or as little as was changed",
    "bulk-skips-side-effects read-modify-write save-without-update-fields",
  ],
  ["one transaction, whose beginning and end are not counted", "writes-in-autocommit-loop"],
  ["pages, for which the rows are counted", "paginator-over-list unpaginated-list"],
  ["pages whose order is certain", "non-unique-page-order unordered-pagination"],
  [
    "how long and under which key the cache keeps an answer, and how often it is asked",
    "cache-call-in-loop cache-default-ttl cache-forever cache-key-missing-scope",
  ],
  [
    "what a cache saves, the second request does, and each is called once",
    `cache-clear-shared cache-page-on-private-view cacheable-public-page fragment-does-not-save-query
    fragment-missing-vary`,
  ],
  ["sessions are stored by middleware, which is not called", "session-write-per-request"],
  [
    "how many rows a page has, and in which order a cursor goes",
    "cursor-order-not-indexed unbounded-page-size",
  ],
  [
    "what comes after the commit, and what a task is given",
    "invalidate-before-commit task-enqueued-inside-transaction task-receives-model-instance",
  ],
  [
    "how a task is started, repeated and ended, and whether its result is kept",
    `crontab-every-minute retry-without-backoff task-without-retry task-without-time-limit unused-task-result`,
  ],
  ["the code fails as it is, or blocks the event loop", "async-orm-misuse"],
  ["signals are not sent again", "save-again-in-post-save"],
  ["what is set for a request is set back after it", "tenant-context-leak"],
];

/** Fixes that are offered beside one that saves queries. */
const otherFixes: readonly (readonly [aim: string, title: string])[] = [
  ["only the columns that were changed are written", "with update_fields"],
];

const rulesWithOtherAims: ReadonlySet<string> = new Set(
  otherAims.flatMap(([, rules]) => rules.split(/\s+/)).filter(Boolean),
);

/** The families that are about the work of the database. */
const family = /^QS[23679]/;

const codes = new Map<string, string>();

export function codeOf(rule: string): string {
  const known = codes.get(rule);
  if (known !== undefined) return known;
  const page = readFileSync(fileURLToPath(new URL(`../../docs/rules/${rule}.md`, import.meta.url)), "utf8");
  const code = /^# \S+ \((QS\d+)\)/.exec(page)?.[1] ?? "";
  codes.set(rule, code);
  return code;
}

/** Whether the section is about rules whose fixes are measured in every database, also in the one with gaps. */
export function isAboutDatabaseWork({ files }: Section): boolean {
  return files.some(({ errors }) => errors.some(({ rule }) => family.test(codeOf(rule))));
}

function promisesFewer(rule: string): boolean {
  return !rulesWithOtherAims.has(rule) && family.test(codeOf(rule));
}

interface Compared {
  readonly measure: Measure;
  /** Its rules that promise fewer queries. */
  readonly rules: readonly string[];
  readonly isChanged: boolean;
  readonly before: number;
  readonly after: number;
}

/** At the largest size that every call is measured at: what a fix changes must send fewer queries than before. */
export function missingSavings(
  section: Section,
  { title }: FixedVariant,
  spec: Pick<Spec, "title">,
  fixed: readonly SpecFile[],
  original: JobOutcome | undefined,
  after: JobOutcome | undefined,
): readonly string[] {
  if (!original || !after || "error" in original || "error" in after) return [];
  if (title !== undefined && otherFixes.some(([, part]) => title.includes(part))) return [];
  const compared: Compared[] = [];
  const elsewhere = new Set<string>();
  for (const file of section.files) {
    const counterpart = fixed.find(({ path }) => path === file.path);
    const bodies = file.measures.map((measure) => ({ measure, ...bodyOf(file, measure) }));
    for (const { rule, line } of file.errors) {
      const isMeasured = bodies.some(({ start, end }) => line >= start && line < end);
      // A spec measures what its own rule finds, wherever that stands.
      if (rule === spec.title && promisesFewer(rule) && !isMeasured) elsewhere.add(rule);
    }
    for (const { measure, start, end, text } of bodies) {
      const same = counterpart?.measures.find(({ name }) => name === measure.name);
      const entry = entryName(file, measure.name);
      const [was, is] = [original, after].map(
        ({ entries }) => entries[entry]?.[sizeName(largestSize)]?.queries,
      );
      if (!counterpart || !same || was === undefined || is === undefined) continue;
      const rules = file.errors
        .filter(({ line, rule }) => line >= start && line < end && promisesFewer(rule))
        .map(({ rule }) => rule);
      compared.push({
        measure,
        rules,
        isChanged: text !== bodyOf(counterpart, same).text,
        before: was,
        after: is,
      });
    }
  }
  return [
    ...compared
      .filter(({ rules, isChanged, before, after }) => rules.length > 0 && isChanged && after >= before)
      .map(
        ({ measure, rules, before, after }) =>
          `${measure.name}: the fix of ${rules.join(", ")} sends ${after} queries instead of ${before}: the rows do not show what it saves`,
      ),
    ...(elsewhere.size > 0 && compared.length > 0 && compared.every(({ before, after }) => after >= before)
      ? [`no measured function shows what the fix of ${[...elsewhere].join(", ")} saves`]
      : []),
  ];
}

interface Body {
  /** Lines from 1, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The function or class at this line: all that is indented below it, or closes its parentheses. */
function bodyOf({ text }: SpecFile, { line }: Measure): Body {
  const lines = text.split("\n");
  const length = lines.slice(line).findIndex((each) => /^[^\s)\]}]/.test(each));
  const end = length < 0 ? lines.length + 1 : line + length + 1;
  return {
    start: line,
    end,
    text: lines
      .slice(line - 1, end - 1)
      .join("\n")
      .trimEnd(),
  };
}
