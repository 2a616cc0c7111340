import type { ExplainedStatement } from "../explanation.ts";
import type { PlanView, PlanViewLabels, PlanViewStatement } from "./messages.ts";

/** What the page shows of an explanation: the statements that have a plan. */
export function planView(
  place: string,
  statements: readonly ExplainedStatement[],
  labels: PlanViewLabels,
): PlanView {
  return {
    place,
    labels,
    statements: statements.flatMap((statement, index) =>
      statementView(statement, statements.length === 1 ? statement.role : `${index + 1}: ${statement.role}`),
    ),
  };
}

function statementView(
  { sql, plan, hotspots }: ExplainedStatement,
  name: string,
): readonly PlanViewStatement[] {
  if (plan === null) return [];
  return [
    {
      name,
      sql,
      server: plan.server,
      analyzed: plan.analyzed,
      plan: plan.json,
      tree: plan.text,
      hotspots: hotspots.map(({ range, ...hotspot }) => ({
        ...hotspot,
        line: range.start.line,
        column: range.start.column,
      })),
    },
  ];
}
