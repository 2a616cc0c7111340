import type { Assign } from "../../syntax/ast.ts";
import type { Finding } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";

/** Where the settings say `REST_FRAMEWORK = {…}`. */
export function declarationOfRestFramework({
  project: { program, settings },
}: RuleContext): Pick<Finding, "location" | "symbol"> | undefined {
  const variable = settings.module && program.resolveName(settings.module, "REST_FRAMEWORK");
  if (variable?.kind !== "variable") return undefined;
  const { file, name } = variable.module;
  const declaration = file.tree.body.findLast(
    (statement): statement is Assign =>
      statement.kind === "Assign" &&
      statement.targets.some((target) => target.kind === "Name" && target.name === "REST_FRAMEWORK"),
  );
  const target = declaration?.targets[0];
  return (
    target && { location: { path: file.path, range: { start: target.start, end: target.end } }, symbol: name }
  );
}
