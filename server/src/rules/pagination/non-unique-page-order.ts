import { groupBy } from "../../base/group-by.ts";
import { uniqueColumnSets } from "../../django/indexes.ts";
import { resolveLookup } from "../../django/lookups.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import type { RowList } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { levelInRoots, lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { growthOf } from "./growing-models.ts";
import { type Cut, type ListOrder, orderOfList } from "./list-order.ts";
import { pagesOf } from "./page-kind.ts";
import type { OrderColumn, PageOrder } from "./page-order.ts";

export const nonUniquePageOrder: FactRule = {
  kind: "facts",
  code: "QS605",
  name: "non-unique-page-order",
  summary:
    "Pages are cut from rows in an order that leaves some of them equal, so that these can change places",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const lists = factsOfKind(context.facts, "rowList").flatMap((list) => {
      const ordered = orderedList(context, list);
      return ordered ? [ordered] : [];
    });
    return [...groupBy(lists, ({ order }) => placeKey(order.location)).values()].flatMap((group) => {
      const [first, ...others] = group;
      return first ? [findingOf(context, first, others)] : [];
    });
  },
};

interface OrderedList extends ListOrder {
  readonly list: RowList;
  readonly queryset: Queryset;
  readonly cut: Cut;
  /** A moment is among the columns: rows are seldom of the same. */
  readonly hasMoment: boolean;
  /** Its fields tell that the table becomes long: in a short one, names may differ although nothing says that they must. */
  readonly isGrowing: boolean;
  /** The first column that the model does not have: Django raises `FieldError`. */
  readonly unknown: string | undefined;
}

/** Undefined where the order is not known, or leaves no two rows equal. */
function orderedList(context: RuleContext, list: RowList): OrderedList | undefined {
  const { rows } = list;
  if (rows.kind !== "queryset" || rows.rows !== "instances" || rows.united || rows.unknownOperations)
    return undefined;
  if (rows.bound.kind !== "none" && rows.bound.kind !== "chosen") return undefined;
  const pages = pagesOf(context, list);
  const cut: Cut | undefined = pages === "numbered" ? "pages" : pages === "cursor" ? "cursor" : undefined;
  const found = cut && orderOfList(context, list, rows, cut);
  if (!cut || !found) return undefined;
  const { order, by } = found;
  const { model } = rows;
  const unknown = cut === "cursor" ? unknownColumn(context, model, rows, order.columns) : undefined;
  if (unknown === undefined && isTotal(rows, order.columns)) return undefined;
  const hasMoment = order.columns.some(({ name }) => isMoment(context, model, name));
  // A cursor counts rows of the same moment.
  const growth = growthOf(context, model);
  if (unknown === undefined && (growth === "fixed" || (cut === "cursor" && hasMoment))) return undefined;
  return { list, queryset: rows, order, by, cut, hasMoment, isGrowing: growth === "growing", unknown };
}

function unknownColumn(
  { project: { models } }: RuleContext,
  model: Model,
  { annotations }: Queryset,
  columns: readonly OrderColumn[],
): string | undefined {
  return columns.find(({ name }) => resolveLookup(models, model, name, { annotations }).kind === "invalid")
    ?.name;
}

/** Two rows never have the same values in all of the columns, nor in those that conditions fix. */
function isTotal({ model, fixedFields, related }: Queryset, columns: readonly OrderColumn[]): boolean {
  const names = new Set([...fixedFields]);
  if (related?.relation.kind === "reverseForeignKey") names.add(related.relation.field.name);
  for (const { name } of columns) {
    const field = name === "pk" ? model.fields.get(model.primaryKey) : fieldNamed(model, name);
    if (field && (field.primaryKey || (field.unique && !field.null))) return true;
    if (field) names.add(field.name);
    // An annotation may be anything.
    if (!field && !name.includes("__")) return true;
  }
  return uniqueColumnSets(model).some((set) => set.length > 1 && set.every((name) => names.has(name)));
}

/** By its name or that of the raw value: `owner`, `owner_id`. */
function fieldNamed({ fields }: Model, name: string): Field | undefined {
  return fields.get(name) ?? [...fields.values()].find(({ attributeName }) => attributeName === name);
}

/** A `DateTimeField` of the row itself or of one that it belongs to: `created`, `notification__created`. */
function isMoment({ project: { models } }: RuleContext, model: Model, name: string): boolean {
  const path = resolveLookup(models, model, name);
  const last = path.kind === "valid" ? path.parts.at(-1) : undefined;
  return last?.kind === "field" && last.field.baseClassName === "DateTimeField";
}

function findingOf(context: RuleContext, first: OrderedList, others: readonly OrderedList[]): Finding {
  const { list, queryset, order, by, cut, hasMoment, isGrowing, unknown } = first;
  const { model } = queryset;
  const written = order.columns.map(({ name, descending }) => `"${descending ? "-" : ""}${name}"`).join(", ");
  const last = order.columns.at(-1);
  const column = last?.descending ? "-pk" : "pk";
  const rest =
    unknown !== undefined
      ? ({
          level: "error",
          confidence: "high",
          message: `The cursor orders ${model.name} by "${unknown}", which it does not have: Django raises FieldError.`,
          help: 'Set "ordering" of the paginator to columns of the model, the last of them unique.',
          fixes: [],
        } as const)
      : ({
          level: hasMoment ? lowered(nonUniquePageOrder.level) : nonUniquePageOrder.level,
          confidence: hasMoment || !isGrowing ? "medium" : "high",
          message: `Pages of ${model.name} are cut in the order of ${written}, which leaves rows equal: they can repeat on pages or be on none.`,
          help: `Append "${column}" to the order.`,
          fixes: fixOf(order, column, by, cut),
        } as const);
  const { location } = order;
  return {
    ...findingBase(nonUniquePageOrder),
    ...rest,
    level: levelInRoots(
      context,
      rest.level,
      [first, ...others].map((each) => each.list),
    ),
    remedy: "page-order",
    location,
    origin: location,
    symbol: by === "model" ? model.label : list.symbol,
    model: model.label,
    accesses: [first, ...others].map((each) => ({
      location: each.list.location,
      relationPath: "",
      code: nonUniquePageOrder.code,
    })),
    evidence: [
      { message: "The order", location },
      ...(by === "call" ? [] : stepToQueryset(queryset)),
      ...stepsTo(list),
      { message: "Cut into pages here", location: list.location },
    ],
  };
}

function fixOf(order: PageOrder, column: string, by: OrderedList["by"], cut: Cut): readonly Fix[] {
  const edit = order.append(column);
  if (!edit) return [];
  const also =
    by === "model"
      ? " (everywhere, with a migration that changes nothing in the database)"
      : cut === "cursor"
        ? " (cursors that clients have end)"
        : "";
  return [
    { title: `Append "${column}" to the order${also}`, safety: "unsafe", preferred: true, edits: [edit] },
  ];
}
