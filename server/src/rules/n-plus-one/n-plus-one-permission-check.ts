import { groupBy } from "../../base/group-by.ts";
import type { ObjectQuery } from "../../interpret/facts.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind } from "../rule-context.ts";
import { objectQueryFinding } from "./object-query-finding.ts";

export const nPlusOnePermissionCheck: FactRule = {
  kind: "facts",
  code: "QS118",
  name: "n-plus-one-permission-check",
  summary: "Permissions are looked up for another user in each round of a loop",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const checks = factsOfKind(context.facts, "objectQuery").filter(
      (query) => query.purpose === "permissions" && !query.exceptional && multiplicityOf(query.loops),
    );
    return [...groupBy(checks, ({ location }) => placeKey(location)).values()].map(([check]) =>
      objectQueryFinding(context, check, {
        ...findingBase(nPlusOnePermissionCheck),
        message: `"${check.text}" looks up the permissions of another ${check.model.name} in each round`,
        help: helpFor(check),
        queriesPerRow: queriesOf(check.method),
        queriesAfter: 1,
      }),
    );
  },
};

/** Those given to the user, and those of the user's groups. */
function queriesOf(method: string): number {
  return method === "get_user_permissions" || method === "get_group_permissions" ? 1 : 2;
}

function helpFor({ method }: ObjectQuery): string {
  return method === "has_perm"
    ? 'Ask for the users with the permission at once: "with_perm()" of the user manager.'
    : "Ask for the permissions of all users at once.";
}
