import type { RelationReadRule } from "../rule.ts";

export const nPlusOneForward: RelationReadRule = {
  kind: "relationReads",
  code: "QS101",
  name: "n-plus-one-forward",
  summary: "A foreign key or one-to-one relation is loaded row by row",
  level: "warning",
  fix: "safe",
  stage: 2,
  consumers: ["code", "rowMember"],
  claims: ({ relation }) => relation.kind === "foreignKey" || relation.kind === "oneToOne",
};
