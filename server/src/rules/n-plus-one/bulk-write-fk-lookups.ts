import type { RelationReadRule } from "../rule.ts";

/** The code of what other rules find about queries of serializers that check data, see `consumer-rules.ts`. */
export const bulkWriteFkLookups: RelationReadRule = {
  kind: "relationReads",
  code: "QS127",
  name: "bulk-write-fk-lookups",
  summary: "A serializer that checks many rows looks up each row's foreign keys one by one",
  level: "info",
  fix: "none",
  stage: 2,
  consumers: ["validation"],
  claims: () => true,
};
