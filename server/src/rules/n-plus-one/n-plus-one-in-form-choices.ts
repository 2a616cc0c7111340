import type { RelationReadRule } from "../rule.ts";

export const nPlusOneInFormChoices: RelationReadRule = {
  kind: "relationReads",
  code: "QS113",
  name: "n-plus-one-in-form-choices",
  summary: "The options of a form field load a relation for each row",
  level: "warning",
  fix: "safe",
  stage: 2,
  consumers: ["choices"],
  claims: () => true,
};
