/**
 * `if self._lines is None: self._lines = self.lines.order_by("pk")`: whoever asks later gets the same rows, with what other
 * code has noted on them. One more method behind the call that gives them would fetch others.
 */
import type { OriginSite } from "../../queryset/origin.ts";
import type { Attribute, Expression } from "../../syntax/ast.ts";
import { isStatement, pathTo, walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";

/** The expression is kept in an attribute, where it stands there for the first call only. */
export function isMemoised({ project }: RuleContext, { location, node }: OriginSite): boolean {
  const tree = project.program.moduleOfFile(location.path)?.file.tree;
  const path = tree ? pathTo(tree, location.range) : [];
  const assignment = path.findLast(isStatement);
  if (assignment?.kind !== "Assign" || assignment.value !== node) return false;
  const attribute = assignment.targets.find((target): target is Attribute => target.kind === "Attribute");
  return (
    attribute !== undefined &&
    path.some(
      (part) => isStatement(part) && part.kind === "If" && asksFor(part.test, attribute.attribute.name),
    )
  );
}

function asksFor(test: Expression, name: string): boolean {
  let found = false;
  walkExpressions(test, (part) => {
    found ||= part.kind === "Attribute" && part.attribute.name === name;
    return !found;
  });
  return found;
}
