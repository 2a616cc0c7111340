/** The queryset of a change list: what `get_queryset()` gives, with the relations that the admin joins by itself. */
import type { Location } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import { mayApply } from "../../django/versions.ts";
import { nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { addSelectedPaths } from "../../interpret/querysets/eager-loading.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { alternativesOf, unknown } from "../../queryset/join.ts";
import type { ChangeListSite, OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import { hasOneRow } from "./inline-parents.ts";
import { classPlace, itemsOf, namesIn, optionOf, placeOfOption } from "./options.ts";

/** The default manager's queryset, in the order that the class asks for. */
export function defaultQueryset(
  interpreter: Interpreter,
  model: Model,
  node: Parameters<Interpreter["initialQueryset"]>[1],
): Queryset {
  const declaration = model.managers.get(model.defaultManager);
  return interpreter.initialQueryset(
    { kind: "manager", model, declaration, related: undefined, location: interpreter.location(node) },
    node,
  );
}

/** What `get_queryset(request)` of the class gives. Several where branches build different ones; none where unknown. */
function querysetsOf(interpreter: Interpreter, admin: PlainObject, model: Model): readonly Queryset[] {
  const place = classPlace(admin.symbol);
  const method = interpreter.program.lookupMember(admin.symbol, "get_queryset");
  if (method.kind !== "found" || method.symbol.kind !== "function") {
    return [{ ...defaultQueryset(interpreter, model, place), origin: { sites: [] } }];
  }
  const callee = interpreter.functionValue(method.symbol, admin);
  const args = { positional: [unknown], keywords: new Map<string, Value>(), open: false };
  const value = interpreter.callFunction(callee, args, place, "adminList");
  return alternativesOf(value).flatMap((queryset) => {
    if (queryset.kind !== "queryset") return [];
    const { sites } = queryset.origin;
    // The framework's call is no place in the code.
    return [{ ...queryset, origin: { sites: sites.at(-1)?.node === place ? sites.slice(0, -1) : sites } }];
  });
}

/** The querysets of the rows that the class's change list shows. */
export function changeListQuerysets(
  interpreter: Interpreter,
  admin: PlainObject,
  model: Model,
  shared: boolean,
): readonly Queryset[] {
  return querysetsOf(interpreter, admin, model).map((queryset) => {
    if (queryset.selectsAllNonNull || queryset.select.may.size > 0) {
      return placed(interpreter, admin.symbol, queryset, "queryset", shared);
    }
    const option = optionOf(interpreter, admin, "list_select_related");
    const joins =
      option.kind === "literal" && option.value === false ? "list_display" : "list_select_related";
    return placed(interpreter, admin.symbol, joined(interpreter, admin, queryset, option), joins, shared);
  });
}

function joined(interpreter: Interpreter, admin: PlainObject, queryset: Queryset, option: Value): Queryset {
  if (option.kind === "literal") {
    if (option.value === true) return { ...queryset, selectsAllNonNull: true };
    const columns = columnsOfRelations(queryset.model, namesIn(optionOf(interpreter, admin, "list_display")));
    if (columns.length === 0) return queryset;
    return mayApply("adminExactSelectRelated", interpreter.django)
      ? { ...queryset, ...select(interpreter, queryset, columns) }
      : { ...queryset, selectsAllNonNull: true };
  }
  if (option.kind !== "collection" || !option.items) return { ...queryset, unknownOperations: true };
  if (option.items.length === 0) return queryset;
  const args = { positional: itemsOf(option), keywords: new Map<string, Value>(), open: false };
  return { ...queryset, ...addSelectedPaths(interpreter, queryset, args) };
}

function select(interpreter: Interpreter, queryset: Queryset, names: readonly string[]): Partial<Queryset> {
  const positional = names.map((value): Value => ({ kind: "literal", value }));
  return addSelectedPaths(interpreter, queryset, { positional, keywords: new Map(), open: false });
}

/** Foreign keys among the columns; one-to-one relations are foreign keys, too. */
function columnsOfRelations(model: Model, columns: readonly string[]): readonly string[] {
  return columns.filter((name) => {
    const kind = model.relations.get(name)?.kind;
    return kind === "foreignKey" || kind === "oneToOne";
  });
}

/** The querysets of the rows that an inline shows. Nothing but `get_queryset()` joins anything to them. */
export function inlineQuerysets(
  interpreter: Interpreter,
  inline: PlainObject,
  model: Model,
): readonly Queryset[] {
  const bound: Partial<Queryset> = hasOneRow(interpreter, inline, model) ? { bound: { kind: "unique" } } : {};
  return querysetsOf(interpreter, inline, model).map((queryset) =>
    placed(interpreter, inline.symbol, { ...queryset, ...bound }, "queryset", false),
  );
}

function placed(
  interpreter: Interpreter,
  admin: ClassSymbol,
  queryset: Queryset,
  joins: ChangeListSite["joins"],
  shared: boolean,
): Queryset {
  const changeList: ChangeListSite = { admin, joins, shared };
  const own = queryset.origin.sites.at(-1);
  if (own && isInClass(own.location, admin)) {
    if (joins === "queryset") return queryset;
    const sites = [...queryset.origin.sites.slice(0, -1), { ...own, changeList }];
    if (joins === "list_select_related") sites.push(site(interpreter, changeList));
    return { ...queryset, origin: { sites } };
  }
  return { ...queryset, origin: { sites: [site(interpreter, changeList)] } };
}

/** `list_select_related`, else `list_display`, else `model` of the class itself; else its name. */
function site(interpreter: Interpreter, changeList: ChangeListSite): OriginSite {
  const { admin } = changeList;
  const place = ["list_select_related", "list_display", "model"]
    .map((name) => placeOfOption(interpreter, admin, name))
    .find((found) => found && isInClass({ path: found.module.file.path, range: found.node }, admin));
  // A node of its own: one class can show several models.
  const node = nameAt(place?.node ?? admin.node.name, admin.name);
  return {
    kind: "changeList",
    node,
    location: { path: admin.module.file.path, range: { start: node.start, end: node.end } },
    symbol: `${admin.module.name}.${admin.qualifiedName}`,
    functionId: undefined,
    changeList,
  };
}

function isInClass({ path, range }: Location, { module, node }: ClassSymbol): boolean {
  return path === module.file.path && range.start >= node.start && range.end <= node.end;
}
