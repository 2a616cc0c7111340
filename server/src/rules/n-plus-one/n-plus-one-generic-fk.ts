import type { RelationReadRule } from "../rule.ts";

export const nPlusOneGenericFk: RelationReadRule = {
  kind: "relationReads",
  code: "QS114",
  name: "n-plus-one-generic-fk",
  summary: "The target of a generic foreign key is loaded row by row",
  level: "warning",
  fix: "safe",
  stage: 2,
  consumers: ["code", "rowMember"],
  claims: ({ relation }) => relation.kind === "genericForeignKey",
};
