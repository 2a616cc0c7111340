import { isToOne } from "../../django/model-graph.ts";
import type { RelationReadRule } from "../rule.ts";

export const nPlusOneToMany: RelationReadRule = {
  kind: "relationReads",
  code: "QS102",
  name: "n-plus-one-to-many",
  summary: "The related rows of a to-many relation are queried row by row",
  level: "warning",
  fix: "safe",
  stage: 2,
  consumers: ["code", "rowMember"],
  claims: ({ relation }) => !isToOne(relation),
};
