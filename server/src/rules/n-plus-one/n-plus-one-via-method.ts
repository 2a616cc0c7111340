import type { RelationReadRule } from "../rule.ts";
import { isReadInCallee } from "./callee.ts";

export const nPlusOneViaMethod: RelationReadRule = {
  kind: "relationReads",
  code: "QS107",
  name: "n-plus-one-via-method",
  summary: "A method, property or helper that is called for each row loads a relation",
  level: "warning",
  fix: "safe",
  stage: 2,
  consumers: ["code", "rowMember"],
  claims: isReadInCallee,
};
