import type { RelationReadRule } from "../rule.ts";

export const nPlusOneReverseOneToOne: RelationReadRule = {
  kind: "relationReads",
  code: "QS103",
  name: "n-plus-one-reverse-one-to-one",
  summary: "A reverse one-to-one relation is loaded row by row, also where the row is missing",
  level: "warning",
  fix: "safe",
  stage: 2,
  consumers: ["code", "rowMember"],
  claims: ({ relation }) => relation.kind === "reverseOneToOne",
};
