import type { RelationReadRule } from "../rule.ts";

export const nPlusOneInGraphqlResolver: RelationReadRule = {
  kind: "relationReads",
  code: "QS117",
  name: "n-plus-one-in-graphql-resolver",
  summary: "The fields of a GraphQL type load a relation for each object of a list",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  consumers: ["resolver"],
  claims: () => true,
};
