import type { LineIndex, LinePosition } from "../base/line-index.ts";
import type { TextRange } from "../base/text-range.ts";
import type { Explanation } from "./explanation.ts";
import { planText } from "./plan-text.ts";
import type { QueryPlan } from "./query-plan.ts";

/**
 * An element of `queryscope explain --output-format json`. Lines and columns count from 1, columns in UTF-16 units;
 * the end is exclusive. Fields may be added, not renamed.
 */
export interface ExplanationJson {
  readonly path: string;
  readonly range: { readonly start: LinePosition; readonly end: LinePosition } | null;
  readonly expression: string | null;
  readonly statements: readonly StatementJson[];
  /** Of the first statement. */
  readonly plan: PlanJson | null;
  readonly advice: readonly never[];
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
  readonly error: ErrorJson | null;
}

interface PlanJson {
  readonly server: string;
  readonly analyzed: boolean;
  readonly text: string;
  /** PostgreSQL's own object. */
  readonly json: unknown;
}

interface ErrorJson {
  readonly kind: string;
  readonly message: string;
}

export function explanationJson(path: string, explanation: Explanation, lines: LineIndex): ExplanationJson {
  const { range, expression, statements, notes, error } = explanation;
  const converted = statements.map(({ role, sql, params, plan, planError }) => ({
    role,
    sql,
    params: params.map(({ value, type, name }) => ({ value, type, name })),
    plan: planJson(plan),
    error: errorJson(planError),
  }));
  return {
    path,
    range: rangeJson(range, lines),
    expression,
    statements: converted,
    plan: converted[0]?.plan ?? null,
    advice: [],
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

function rangeJson({ start, end }: TextRange, lines: LineIndex): ExplanationJson["range"] {
  const fromOne = ({ line, column }: LinePosition) => ({ line: line + 1, column: column + 1 });
  return { start: fromOne(lines.positionAt(start)), end: fromOne(lines.positionAt(end)) };
}

function planJson(plan: QueryPlan | undefined): PlanJson | null {
  if (plan === undefined) return null;
  return { server: plan.server, analyzed: plan.analyzed, text: planText(plan), json: plan.json };
}

function errorJson(error: ErrorJson | undefined): ErrorJson | null {
  return error === undefined ? null : { kind: error.kind, message: error.message };
}
