import type { LineIndex, LinePosition } from "../base/line-index.ts";
import type { TextRange } from "../base/text-range.ts";
import type { Advice } from "./advice/advice.ts";
import type { TriedIndex } from "./advice/index-advice.ts";
import type { AssumedTable } from "./embedded/assumed-tables.ts";
import { distinctValues } from "./embedded/column-statistics.ts";
import type { ExplainedStatement, Explanation } from "./explanation.ts";
import { hotspotsOf, type RuleReference } from "./plan-hotspots.ts";
import { planText } from "./plan-text.ts";
import type { QueryPlan } from "./query-plan.ts";

/**
 * An element of `queryscope explain --output-format json`. Lines and columns count from 1, columns in UTF-16 units;
 * the end is exclusive. Fields may be added, not renamed.
 */
export interface ExplanationJson {
  readonly path: string;
  readonly range: RangeJson | null;
  readonly expression: string | null;
  readonly statements: readonly StatementJson[];
  /** Of the first statement. */
  readonly plan: PlanJson | null;
  /** Of all statements. */
  readonly advice: readonly AdviceJson[];
  readonly notes: readonly string[];
  readonly error: ErrorJson | null;
}

interface StatementJson {
  readonly role: string;
  readonly sql: string;
  readonly params: readonly {
    readonly value: unknown;
    readonly type: string;
    readonly name: string | null;
  }[];
  readonly plan: PlanJson | null;
  /** The steps of the plan that cost most, the worst first. */
  readonly hotspots: readonly HotspotJson[];
  /** What the plan rests on where no database was asked: rows and values that the settings `table-rows` and `column-statistics` correct. */
  readonly assumed: readonly AssumedTableJson[] | null;
  readonly error: ErrorJson | null;
}

interface AssumedTableJson {
  readonly table: string;
  readonly model: string;
  readonly rows: number;
  /** `setting` for what the user said, `database` for what was copied. */
  readonly reason: string;
  readonly columns: readonly {
    readonly column: string;
    /** `guess`, `setting` or `database`. */
    readonly source: string;
    /** Share of the rows without a value. */
    readonly nulls: number;
    readonly distinctValues: number;
    /** The most frequent values with their shares of the rows; none of a database, whose values stay in memory. */
    readonly common: readonly { readonly value: string; readonly share: number }[];
  }[];
}

/** What makes a statement much cheaper, as the planner sees it. Costs are in its units. */
type AdviceJson = IndexAdviceJson | KeysetAdviceJson;

/** To begin behind the last row of the page before instead of skipping rows. */
interface KeysetAdviceJson {
  readonly kind: "keyset";
  readonly statement: number;
  readonly model: string;
  /** Rows that are skipped. */
  readonly offset: number;
  /** What follows the queryset's own conditions, with `last` for the last row of the page before. */
  readonly python: string;
  readonly costBefore: number;
  readonly cost: number;
  readonly plan: PlanJson | null;
  /** For `Meta.indexes`; null where an index is there. */
  readonly declaration: string | null;
}

/** An index that the plan uses. */
interface IndexAdviceJson {
  readonly kind: "index";
  /** Which of `statements`, from 0. */
  readonly statement: number;
  /** `projects.Task`: where the index is declared. */
  readonly model: string;
  readonly table: string;
  readonly index: AdvisedIndexJson;
  /** One with more columns, from which the rows come in their order. */
  readonly sorted: AdvisedIndexJson | null;
  readonly costBefore: number;
  /** Names of indexes that the new one does the work of. */
  readonly replaces: readonly string[];
}

interface AdvisedIndexJson {
  /** For `Meta.indexes`. */
  readonly declaration: string;
  readonly imports: readonly string[];
  /** Names of fields in order, `-` for descending ones. */
  readonly fields: readonly string[];
  readonly cost: number;
  readonly plan: PlanJson | null;
}

export interface PlanJson {
  readonly server: string;
  readonly analyzed: boolean;
  readonly text: string;
  /** PostgreSQL's own object. */
  readonly json: unknown;
}

/** A step that makes up much of a statement's plan. */
interface HotspotJson {
  /** As in the plan's text. */
  readonly node: string;
  /** Of the plan's time where it was measured, else of its estimated cost: 0 to 1. */
  readonly share: number;
  /** What the step does, a predicate. */
  readonly message: string;
  /** What explains it, where a rule does. */
  readonly rule: RuleReference | null;
  /** The call that asks for it, else the expression. */
  readonly range: RangeJson;
}

export interface RangeJson {
  readonly start: LinePosition;
  readonly end: LinePosition;
}

export interface ErrorJson {
  readonly kind: string;
  readonly message: string;
}

export function explanationJson(path: string, explanation: Explanation, lines: LineIndex): ExplanationJson {
  const { range, expression, statements, notes, error } = explanation;
  const converted = statements.map((statement) => {
    const { role, sql, params, plan, planError, assumed } = statement;
    return {
      role,
      sql,
      params: params.map(({ value, type, name }) => ({ value, type, name })),
      plan: planJson(plan),
      hotspots: hotspotsJson(statement, explanation, lines),
      assumed: assumed?.map(assumedJson) ?? null,
      error: errorJson(planError),
    };
  });
  return {
    path,
    range: rangeJson(range, lines),
    expression,
    statements: converted,
    plan: converted[0]?.plan ?? null,
    advice: statements.flatMap(({ advice }, statement) =>
      advice === undefined ? [] : [adviceJson(advice, statement)],
    ),
    notes,
    error: errorJson(error),
  };
}

/** For a place at which there is nothing to explain. */
export function failureJson(path: string, error: ErrorJson): ExplanationJson {
  return {
    path,
    range: null,
    expression: null,
    statements: [],
    plan: null,
    advice: [],
    notes: [],
    error: errorJson(error),
  };
}

function hotspotsJson(
  statement: ExplainedStatement,
  { range, calls }: Explanation,
  lines: LineIndex,
): readonly HotspotJson[] {
  if (statement.plan === undefined) return [];
  return hotspotsOf(statement.plan, statement, calls).map((hotspot) => ({
    node: hotspot.node,
    share: rounded(hotspot.share),
    message: hotspot.message,
    rule: hotspot.rule ?? null,
    range: rangeJson(hotspot.range ?? range, lines),
  }));
}

export function rangeJson({ start, end }: TextRange, lines: LineIndex): RangeJson {
  const fromOne = ({ line, column }: LinePosition) => ({ line: line + 1, column: column + 1 });
  return { start: fromOne(lines.positionAt(start)), end: fromOne(lines.positionAt(end)) };
}

export function planJson(plan: QueryPlan | undefined): PlanJson | null {
  if (plan === undefined) return null;
  return { server: plan.server, analyzed: plan.analyzed, text: planText(plan), json: plan.json };
}

function assumedJson({ table, label, rows: { rows, reason }, columns }: AssumedTable): AssumedTableJson {
  return {
    table,
    model: label,
    rows,
    reason,
    columns: [...columns].map(([column, statistics]) => ({
      column,
      source: statistics.source,
      nulls: statistics.nullFraction,
      distinctValues: distinctValues(statistics, rows),
      common:
        statistics.source === "database"
          ? []
          : statistics.common.map(({ value, frequency }) => ({ value, share: rounded(frequency) })),
    })),
  };
}

function adviceJson(advice: Advice, statement: number): AdviceJson {
  if (advice.kind === "keyset") {
    const { label: model, offset, python, costBefore, costAfter: cost, plan, index } = advice;
    const declaration = index?.python ?? null;
    return {
      kind: "keyset",
      statement,
      model,
      offset,
      python,
      costBefore,
      cost,
      plan: planJson(plan),
      declaration,
    };
  }
  const { label, table, choice, sorted, costBefore, replaces } = advice;
  return {
    kind: "index",
    statement,
    model: label,
    table,
    index: advisedIndexJson(choice),
    sorted: sorted === undefined ? null : advisedIndexJson(sorted),
    costBefore,
    replaces,
  };
}

function advisedIndexJson({ declaration, cost, plan }: TriedIndex): AdvisedIndexJson {
  const { python, imports, fields } = declaration;
  return { declaration: python, imports, fields, cost, plan: planJson(plan) };
}

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}

export function errorJson(error: ErrorJson | undefined): ErrorJson | null {
  return error === undefined ? null : { kind: error.kind, message: error.message };
}
