import type { RelationReadRule } from "../rule.ts";

/** Also the code of what other rules find about queries per row in such a method, see `consumer-rules.ts`. */
export const nPlusOneInSerializerMethod: RelationReadRule = {
  kind: "relationReads",
  code: "QS110",
  name: "n-plus-one-in-serializer-method",
  summary: "A method or property that a serializer calls for each row loads a relation or sends a query",
  level: "warning",
  fix: "safe",
  stage: 2,
  consumers: ["serializerMethod"],
  claims: () => true,
};
