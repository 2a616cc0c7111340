/** What Django deletes with a row: rows of other tables that hang on it by `on_delete=CASCADE`, and what hangs on these. */
import type { Field, Model } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import { pathTo } from "../../syntax/walk.ts";

export interface Cascade {
  readonly model: Model;
  readonly field: Field;
}

/** One for each table whose rows go with those of the model, nearest first. */
export function cascadesOf(project: DjangoProject, model: Model): readonly Cascade[] {
  const found = new Map<string, Cascade>();
  const open = [model];
  for (let current = open.shift(); current !== undefined; current = open.shift()) {
    for (const { kind, field } of current.lookupRelations.values()) {
      if (kind !== "reverseForeignKey" && kind !== "reverseOneToOne") continue;
      const dependent = project.models.model(field.model);
      if (!dependent || dependent.label === model.label || found.has(dependent.label)) continue;
      if (!isCascade(project, field)) continue;
      found.set(dependent.label, { model: dependent, field });
      open.push(dependent);
    }
  }
  return [...found.values()];
}

function isCascade({ program }: DjangoProject, { location, kind }: Field): boolean {
  const module = location && program.moduleOfFile(location.path);
  if (!module || (kind !== "foreignKey" && kind !== "oneToOne")) return false;
  const nodes = pathTo(module.file.tree, location.range);
  const statement = nodes.findLast(
    (node) => "kind" in node && (node.kind === "Assign" || node.kind === "AnnAssign"),
  );
  if (!statement || !("kind" in statement)) return false;
  const value = statement.kind === "Assign" || statement.kind === "AnnAssign" ? statement.value : undefined;
  if (value?.kind !== "Call") return false;
  const given = value.keywords.find(({ name }) => name?.name === "on_delete")?.value ?? value.arguments[1];
  const symbol = given && program.resolveExpression(module, given);
  return symbol?.kind === "external" && /^django\.db\.models\.(?:deletion\.)?CASCADE$/.test(symbol.name);
}
