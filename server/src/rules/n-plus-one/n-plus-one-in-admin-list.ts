import type { RelationReadRule } from "../rule.ts";

export const nPlusOneInAdminList: RelationReadRule = {
  kind: "relationReads",
  code: "QS111",
  name: "n-plus-one-in-admin-list",
  summary: "A column of an admin list loads a relation for each row",
  level: "warning",
  fix: "safe",
  stage: 2,
  consumers: ["adminList"],
  claims: () => true,
};
