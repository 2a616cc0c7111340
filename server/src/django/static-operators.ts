/** Operators, subscripts and f-strings on values that are known without running anything. */
import { joinPath } from "./static-paths.ts";
import {
  isMapping,
  isSequence,
  joinValues,
  type KnownValue,
  known,
  mappingOf,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  truthOf,
  unknownValue,
} from "./static-value.ts";

/** The result of a binary operator; also that of an augmented assignment. */
export function applyOperator(operator: string, left: StaticValue, right: StaticValue): StaticValue {
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
    return sequence(elements, first?.complete === true && second?.complete === true);
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
    const entries = new Map([...first.entries, ...second.entries]);
    return known({ type: "mapping", entries, complete: first.complete && second.complete });
  }
  return sequenceOf(left) && sequenceOf(right) ? joinValues(left, right) : unknownValue;
}

function formatPercent(template: string, value: KnownValue): StaticValue {
  const values =
    typeof value === "object" && value !== null && isSequence(value) ? [...value.elements] : [known(value)];
  let failed = false;
  const text = template.replace(/%s/g, () => {
    const next = values.shift();
    const replacement = next ? stringOf(next) : undefined;
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
    if (value.kind !== "known" || (typeof value.value !== "string" && typeof value.value !== "number")) {
      return unknownValue;
    }
    text += String(value.value);
  }
  return known(text);
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
    return truth === undefined ? unknownValue : known(!truth);
  }
  if (operand.kind !== "known" || typeof operand.value !== "number") return unknownValue;
  if (operator === "-") return known(-operand.value);
  return operator === "+" ? operand : unknownValue;
}

export function subscriptValue(container: StaticValue, index: StaticValue): StaticValue {
  if (index.kind !== "known") return unknownValue;
  if (typeof index.value === "string") return mappingOf(container)?.entries.get(index.value) ?? unknownValue;
  const elements = sequenceOf(container);
  if (typeof index.value !== "number" || !elements?.complete) return unknownValue;
  return elements.elements.at(index.value) ?? unknownValue;
}
