import type { RelationReadRule } from "../rule.ts";

export const nPlusOneInTemplate: RelationReadRule = {
  kind: "relationReads",
  code: "QS108",
  name: "n-plus-one-in-template",
  summary: "A template loads a relation for each row that a view gives it",
  level: "warning",
  fix: "safe",
  stage: 2,
  consumers: ["template"],
  claims: () => true,
};
