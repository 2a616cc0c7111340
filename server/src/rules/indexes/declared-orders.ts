/** Columns by which clients of an API may have a list sorted: `ordering_fields` of views. */
import type { Location } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import { mentions } from "../../syntax/mentions.ts";
import { elementsOf, modelOfView } from "./declared-filters.ts";

export interface DeclaredOrder {
  readonly model: Model;
  /** Of the field. */
  readonly name: string;
  readonly location: Location;
  readonly symbol: string;
}

export function declaredOrders(project: DjangoProject): readonly DeclaredOrder[] {
  const { program } = project;
  const views = program.modules
    .filter(({ firstParty, file }) => firstParty && mentions(file, "ordering_fields"))
    .flatMap((module) => program.classes(module));
  return views.flatMap((view): readonly DeclaredOrder[] => {
    const fields = program.members(view).get("ordering_fields");
    const model = fields?.kind === "variable" ? modelOfView(project, view) : undefined;
    if (!model || fields?.kind !== "variable") return [];
    return fields.values.flatMap(elementsOf).flatMap((element) => {
      if (element.kind !== "StringLiteral") return [];
      const location = { path: view.module.file.path, range: { start: element.start, end: element.end } };
      const symbol = `${view.module.name}.${view.qualifiedName}`;
      return [{ model, name: element.value, location, symbol }];
    });
  });
}
