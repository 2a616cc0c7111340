/** Operators, subscripts and f-strings on values that are known without running anything. */
import { joinPath } from "./static-paths.ts";
import {
  dependingOn,
  isMapping,
  isSequence,
  joinValues,
  type KnownValue,
  known,
  mappingOf,
  mergedPlaces,
  replaceable,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  truthOf,
  unknownValue,
  variableOf,
} from "./static-value.ts";

/** The result of a binary operator; also that of an augmented assignment. */
export function applyOperator(operator: string, left: StaticValue, right: StaticValue): StaticValue {
  return dependingOn(operationValue(operator, left, right), variableOf(left, right));
}

function operationValue(operator: string, left: StaticValue, right: StaticValue): StaticValue {
  if (operator === "+") return addValues(left, right);
  if (operator === "|") return uniteOperands(left, right);
  if (left.kind !== "known" || right.kind !== "known") return unknownValue;
  const first = left.value;
  const second = right.value;
  if (operator === "/" && typeof first === "string" && typeof second === "string") {
    return known(joinPath(first, second));
  }
  if (operator === "%" && typeof first === "string") return formatPercent(first, second);
  if (typeof first !== "number" || typeof second !== "number") return unknownValue;
  switch (operator) {
    case "-":
      return known(first - second);
    case "*":
      return known(first * second);
    case "/":
      return known(first / second);
    case "//":
      return known(Math.floor(first / second));
    case "**":
      return known(first ** second);
    default:
      return unknownValue;
  }
}

/** Longer strings and lists mean nothing to the analysis, and can be made by doubling a few times. */
const maximumLength = 20_000;

function addValues(left: StaticValue, right: StaticValue): StaticValue {
  const first = sequenceOf(left);
  const second = sequenceOf(right);
  if (first || second) {
    const elements = [...(first?.elements ?? []), ...(second?.elements ?? [])];
    if (elements.length > maximumLength) return sequence(elements.slice(0, maximumLength), false);
    const isUnited = first?.united === true || second?.united === true;
    return sequence(elements, first?.complete === true && second?.complete === true, isUnited);
  }
  if (left.kind !== "known" || right.kind !== "known") return unknownValue;
  if (typeof left.value === "string" && typeof right.value === "string") {
    const text = left.value + right.value;
    return text.length > maximumLength ? unknownValue : known(text);
  }
  if (typeof left.value === "number" && typeof right.value === "number")
    return known(left.value + right.value);
  return unknownValue;
}

function uniteOperands(left: StaticValue, right: StaticValue): StaticValue {
  const first = mappingOf(left);
  const second = mappingOf(right);
  if (first && second) {
    const before = second.complete ? first.entries : replaceable(first.entries);
    const entries = new Map([...before, ...second.entries]);
    return known({
      type: "mapping",
      entries,
      complete: first.complete && second.complete,
      united: first.united === true || second.united === true,
      places: mergedPlaces(first, second),
    });
  }
  return sequenceOf(left) && sequenceOf(right) ? joinValues(left, right) : unknownValue;
}

function formatPercent(template: string, value: KnownValue): StaticValue {
  const values =
    typeof value === "object" && value !== null && isSequence(value) ? [...value.elements] : [known(value)];
  let failed = false;
  if (/%[^s%d]/.test(template)) return unknownValue;
  const text = template.replace(/%[sd]/g, () => {
    const next = values.shift();
    const replacement = next ? textOf(next) : undefined;
    if (replacement === undefined) failed = true;
    return replacement ?? "";
  });
  return failed || values.length > 0 || (typeof value === "object" && value !== null && isMapping(value))
    ? unknownValue
    : known(text);
}

export function concatenate(values: readonly StaticValue[]): StaticValue {
  let text = "";
  for (const value of values) {
    const part = textOf(value);
    if (part === undefined) return unknownValue;
    text += part;
  }
  return dependingOn(known(text), variableOf(...values));
}

/** `str(value)` of a plain value. */
export function textOf(value: StaticValue): string | undefined {
  if (value.kind !== "known") return undefined;
  switch (typeof value.value) {
    case "string":
      return value.value;
    case "number":
      return String(value.value);
    case "boolean":
      return value.value ? "True" : "False";
    default:
      return value.value === null ? "None" : undefined;
  }
}

export function constantValue(value: "True" | "False" | "None" | "..."): StaticValue {
  switch (value) {
    case "True":
      return known(true);
    case "False":
      return known(false);
    case "None":
      return known(null);
    case "...":
      return unknownValue;
  }
}

export function unaryValue(operator: "not" | "-" | "+" | "~", operand: StaticValue): StaticValue {
  if (operator === "not") {
    const truth = truthOf(operand);
    return truth === undefined ? unknownValue : dependingOn(known(!truth), variableOf(operand));
  }
  if (operand.kind !== "known" || typeof operand.value !== "number") return unknownValue;
  if (operator === "-") return dependingOn(known(-operand.value), operand.variable);
  return operator === "+" ? operand : unknownValue;
}

export function subscriptValue(container: StaticValue, index: StaticValue): StaticValue {
  if (index.kind !== "known") return unknownValue;
  if (typeof index.value === "string") return mappingOf(container)?.entries.get(index.value) ?? unknownValue;
  const elements = sequenceOf(container);
  if (typeof index.value !== "number" || !elements?.complete || elements.united) return unknownValue;
  return elements.elements.at(index.value) ?? unknownValue;
}

/** `value[lower:upper]` of a list or a text. */
export function slicedValue(
  container: StaticValue,
  lower: StaticValue | undefined,
  upper: StaticValue | undefined,
): StaticValue {
  const bounds = [lower, upper].map((bound) => {
    if (bound === undefined) return undefined;
    return bound.kind === "known" && typeof bound.value === "number" ? bound.value : Number.NaN;
  });
  const [start, end] = bounds;
  if (Number.isNaN(start) || Number.isNaN(end)) return unknownValue;
  const text = stringOf(container);
  if (text !== undefined) return dependingOn(known(text.slice(start, end)), variableOf(container));
  const elements = sequenceOf(container);
  if (!elements?.complete || elements.united) return unknownValue;
  return sequence(elements.elements.slice(start, end));
}
