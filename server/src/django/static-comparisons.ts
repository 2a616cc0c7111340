/** Comparisons of values that are known without running anything. */
import {
  dependingOn,
  type KnownValue,
  known,
  mappingOf,
  type StaticValue,
  sequenceOf,
  stringOf,
  unknownValue,
  variableOf,
} from "./static-value.ts";

/** What one comparison answers; unknown where its operands don't tell. */
export function compareValues(operator: string, left: StaticValue, right: StaticValue): StaticValue {
  const truth = truthOfComparison(operator, left, right);
  return truth === undefined ? unknownValue : dependingOn(known(truth), variableOf(left, right));
}

function truthOfComparison(operator: string, left: StaticValue, right: StaticValue): boolean | undefined {
  switch (operator) {
    case "==":
    case "is":
      return areEqual(left, right);
    case "!=":
    case "is not":
      return negated(areEqual(left, right));
    case "in":
      return isContained(left, right);
    case "not in":
      return negated(isContained(left, right));
    default:
      return isOrdered(operator, left, right);
  }
}

function negated(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

function isScalar(value: KnownValue): value is string | number | boolean | null {
  return typeof value !== "object" || value === null;
}

function areEqual(left: StaticValue, right: StaticValue): boolean | undefined {
  if (left.kind !== "known" || right.kind !== "known") return undefined;
  const first = left.value;
  const second = right.value;
  if (isScalar(first) && isScalar(second)) return first === second || toNumber(first) === toNumber(second);
  // A container or a class is no text, no number and not None.
  if (isScalar(first) !== isScalar(second)) return isPlain(first) && isPlain(second) ? false : undefined;
  return undefined;
}

function isPlain(value: KnownValue): boolean {
  return isScalar(value) || value.type === "sequence" || value.type === "mapping";
}

/** `True` is 1 in Python; other values are no numbers. */
function toNumber(value: string | number | boolean | null): number {
  return typeof value === "boolean" ? Number(value) : typeof value === "number" ? value : Number.NaN;
}

function isContained(element: StaticValue, container: StaticValue): boolean | undefined {
  const text = stringOf(element);
  const whole = stringOf(container);
  if (text !== undefined && whole !== undefined) return whole.includes(text);
  const mapping = mappingOf(container);
  if (mapping) {
    if (text === undefined || mapping.united) return undefined;
    return mapping.entries.has(text) || (mapping.complete ? false : undefined);
  }
  const sequence = sequenceOf(container);
  if (!sequence || sequence.united) return undefined;
  const answers = sequence.elements.map((each) => areEqual(element, each));
  if (answers.includes(true)) return true;
  return answers.includes(undefined) || !sequence.complete ? undefined : false;
}

function isOrdered(operator: string, left: StaticValue, right: StaticValue): boolean | undefined {
  if (left.kind !== "known" || right.kind !== "known") return undefined;
  const first = left.value;
  const second = right.value;
  if (typeof first !== "number" || typeof second !== "number") return undefined;
  switch (operator) {
    case "<":
      return first < second;
    case "<=":
      return first <= second;
    case ">":
      return first > second;
    case ">=":
      return first >= second;
    default:
      return undefined;
  }
}
