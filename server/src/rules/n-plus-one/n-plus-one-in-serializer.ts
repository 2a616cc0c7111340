import type { RelationReadRule } from "../rule.ts";

export const nPlusOneInSerializer: RelationReadRule = {
  kind: "relationReads",
  code: "QS109",
  name: "n-plus-one-in-serializer",
  summary: "A serializer's fields read relations of each row that the view's queryset does not load",
  level: "warning",
  fix: "safe",
  stage: 2,
  consumers: ["serializer"],
  claims: () => true,
};
