/** Columns that a `save()` of the project's own fills in from others. */
import type { Location } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Node, pathTo, walk, walkExpressions } from "../../syntax/walk.ts";

export interface ComputedColumn {
  readonly field: string;
  /** Columns that the value is computed from. */
  readonly from: ReadonlySet<string>;
  /** Only for new rows, or where the column is empty: what changes rows that are there leaves it alone, too. */
  readonly onlyFirst: boolean;
  readonly location: Location;
}

export function columnsComputedOnSave(program: PythonProgram, model: Model): readonly ComputedColumn[] {
  if (!model.symbol) return [];
  const member = program.lookupMember(model.symbol, "save");
  if (member.kind !== "found" || member.symbol.kind !== "function") return [];
  return member.symbol.module.firstParty ? columnsComputedIn(member.symbol, model) : [];
}

/** `self.slug = slugify(self.title)` */
function columnsComputedIn({ node, module }: FunctionSymbol, model: Model): readonly ComputedColumn[] {
  const self = node.parameters[0]?.name;
  const fieldOf = (expression: Expression): string | undefined => {
    const isOwn =
      expression.kind === "Attribute" && expression.value.kind === "Name" && expression.value.name === self;
    return isOwn && model.fields.has(expression.attribute.name) ? expression.attribute.name : undefined;
  };
  const columns: ComputedColumn[] = [];
  walk(node, (each) => {
    if (!("kind" in each) || each.kind !== "Assign") return undefined;
    for (const target of each.targets) {
      const field = fieldOf(target);
      if (field === undefined) continue;
      const from = new Set<string>();
      walkExpressions(each.value, (part) => {
        const read = fieldOf(part);
        if (read !== undefined && read !== field) from.add(read);
        return undefined;
      });
      if (from.size === 0) continue;
      const around = pathTo(module.file.tree, each).slice(0, -1);
      columns.push({
        field,
        from,
        onlyFirst: around.some((outer) => asksWhetherFirst(outer, field)),
        location: { path: module.file.path, range: { start: each.start, end: each.end } },
      });
    }
    return undefined;
  });
  return columns;
}

const firstTime: ReadonlySet<string> = new Set(["pk", "id", "_state"]);

/** `if not self.slug`, `if self.pk is None`, `if self._state.adding` */
function asksWhetherFirst(node: Node, field: string): boolean {
  if (!("kind" in node) || node.kind !== "If") return false;
  let asks = false;
  walkExpressions(node.test, (part) => {
    asks ||=
      part.kind === "Attribute" && (firstTime.has(part.attribute.name) || part.attribute.name === field);
    return undefined;
  });
  return asks;
}
