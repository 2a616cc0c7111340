/** Columns on which an index of their own would help, as far as the models tell. */
import { findsByValue } from "../../django/indexes.ts";
import type { Field, Model, ModelGraph } from "../../django/model-graph.ts";

/** With so few values, each of them has too many rows for an index to find them faster. */
const fewChoices = 5;

/** Texts of any length, files and structures are searched in other ways. */
const unordered =
  /Text|JSON|Binary|Array|HStore|Range|SearchVector|File|Image|Duration|Geo|Point|Polygon|Geometry|Raster/;
/** Booleans have two values. */
const boolean = /^(?:Null)?BooleanField$/;

export function mayNeedIndex(model: Model, field: Field): boolean {
  return (
    field.kind === "column" && isOrderable(field) && !hasFewValues(field) && !findsByValue(model, field.name)
  );
}

/** Whether the values can stand in an index that keeps them in order. */
export function isOrderable({ wide, className, baseClassName }: Field): boolean {
  return !wide && !unordered.test(className) && !unordered.test(baseClassName);
}

/** Of choices that can't be told there may be few. */
export function hasFewValues({ className, baseClassName, choices }: Field): boolean {
  return (
    boolean.test(className) ||
    boolean.test(baseClassName) ||
    choices === "unknown" ||
    (choices !== undefined && choices <= fewChoices)
  );
}
/** The model whose table holds the column: a proxy's and a child's columns may be another's. */
export function ownerOf(models: ModelGraph, model: Model, field: Field): Model | undefined {
  const owner = models.model(field.model) ?? model;
  const concrete = owner.abstract ? model : owner;
  return concrete.proxyFor === undefined ? concrete : models.model(concrete.proxyFor);
}

/** The project can give the model an index, and its table is one that grows. */
export function canBeIndexed(model: Model): boolean {
  return (
    model.symbol?.module.firstParty === true &&
    model.managed &&
    !model.abstract &&
    model.complete &&
    model.proxyFor === undefined &&
    isGrowing(model)
  );
}

/** Lookup tables and singletons neither belong to other rows nor remember when they were made. */
function isGrowing(model: Model): boolean {
  return [...model.fields.values()].some(
    (field) => field.kind === "foreignKey" || field.kind === "oneToOne" || field.autoNow || field.autoNowAdd,
  );
}
