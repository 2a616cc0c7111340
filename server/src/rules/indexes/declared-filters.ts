/** Columns by which clients of an API may filter: `filterset_fields` of views. */
import type { Location } from "../../base/text-range.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { Expression, StringLiteral } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";

export interface DeclaredFilter {
  readonly model: Model;
  readonly field: Field;
  readonly location: Location;
  readonly symbol: string;
}

export function declaredFilters(project: DjangoProject): readonly DeclaredFilter[] {
  const { program } = project;
  const views = program.modules
    .filter(({ firstParty, file }) => firstParty && mentions(file, "filterset_fields"))
    .flatMap((module) => program.classes(module));
  return views.flatMap((view) => {
    const fields = program.members(view).get("filterset_fields");
    const model = fields?.kind === "variable" ? modelOfView(project, view) : undefined;
    if (!model || fields?.kind !== "variable") return [];
    return fields.values.flatMap(exactNames).flatMap((name) => {
      const field = model.fields.get(name.value);
      const location = { path: view.module.file.path, range: { start: name.start, end: name.end } };
      return field ? [{ model, field, location, symbol: `${view.module.name}.${view.qualifiedName}` }] : [];
    });
  });
}

/** The model whose manager the value of `queryset` starts with. */
export function modelOfView({ program, models }: DjangoProject, view: ClassSymbol): Model | undefined {
  const member = program.lookupMember(view, "queryset");
  if (member.kind !== "found" || member.symbol.kind !== "variable") return undefined;
  const { module, owner, values } = member.symbol;
  for (let node: Expression | undefined = values[0]; node; node = innerOf(node)) {
    const symbol = program.resolveExpression(module, node, owner);
    const model = symbol.kind === "class" ? models.modelOfClass(symbol) : undefined;
    if (model) return model;
  }
  return undefined;
}

function innerOf(node: Expression): Expression | undefined {
  if (node.kind === "Call") return node.function;
  return node.kind === "Attribute" ? node.value : undefined;
}

/** The names of a list, and those keys of a dictionary that allow an exact match. */
function exactNames(value: Expression): readonly StringLiteral[] {
  switch (value.kind) {
    case "ListLiteral":
    case "TupleLiteral":
    case "SetLiteral":
      return value.elements.filter((element) => element.kind === "StringLiteral");
    case "DictLiteral":
      return value.entries.flatMap(({ key, value: lookups }) =>
        key?.kind === "StringLiteral" && allowsExact(lookups) ? [key] : [],
      );
    default:
      return [];
  }
}

function allowsExact(lookups: Expression): boolean {
  return (
    (lookups.kind === "ListLiteral" || lookups.kind === "TupleLiteral") &&
    lookups.elements.some(
      (element) => element.kind === "StringLiteral" && /^(?:exact|in|range|[gl]te?)$/.test(element.value),
    )
  );
}
