/** The arguments of a call, and the parameters that they are for. */
import type { Module } from "../python/symbols.ts";
import type { Call, Expression, Keyword, Parameter } from "../syntax/ast.ts";
import type { Evaluator } from "./evaluation.ts";
import { known, mappingOf, type Scope, type StaticValue, sequence, unknownValue } from "./static-value.ts";

export function argument(call: Call, index: number, name?: string): Expression | undefined {
  const keyword =
    name === undefined ? undefined : call.keywords.find((candidate) => candidate.name?.name === name);
  const positional = call.arguments[index];
  return keyword?.value ?? (positional?.kind === "Starred" ? undefined : positional);
}

/** What `dict(base, name=value, **more)` makes. */
export function dictionary(
  evaluator: Evaluator,
  keywords: readonly Keyword[],
  base: StaticValue | undefined,
  scope: Scope,
): StaticValue {
  const start = base ? mappingOf(base) : undefined;
  const entries = new Map(start?.entries);
  const places = new Map(start?.places);
  let complete = base === undefined || start?.complete === true;
  for (const keyword of keywords) {
    const value = evaluator.evaluate(keyword.value, scope);
    if (keyword.name) {
      entries.set(keyword.name.name, value);
      places.set(keyword.name.name, { module: scope.module, node: keyword.name });
      continue;
    }
    const spread = mappingOf(value);
    for (const [key, entry] of spread?.entries ?? []) entries.set(key, entry);
    if (!spread?.complete) complete = false;
  }
  return known({ type: "mapping", entries, complete, united: start?.united, places });
}

/**
 * The parameters of a function with what a call passes, or with their defaults.
 *
 * @param module of the function, in which its defaults are evaluated
 */
export function bindParameters(
  evaluator: Evaluator,
  module: Module,
  parameters: readonly Parameter[],
  call: Call,
  scope: Scope,
): ReadonlyMap<string, StaticValue> {
  const bindings = new Map<string, StaticValue>();
  parameters.forEach((parameter, index) => {
    if (parameter.form === "starred") {
      bindings.set(parameter.name, restOfArguments(evaluator, call, index, scope));
      return;
    }
    if (parameter.form === "doubleStarred") {
      bindings.set(parameter.name, restOfKeywords(evaluator, parameters, call, scope));
      return;
    }
    // What an unpacked argument brings is not told apart.
    if (call.arguments.some((each) => each.kind === "Starred") || call.keywords.some(({ name }) => !name)) {
      bindings.set(parameter.name, unknownValue);
      return;
    }
    const passed = argument(call, parameter.form === "keywordOnly" ? -1 : index, parameter.name);
    if (passed) bindings.set(parameter.name, evaluator.evaluate(passed, scope));
    else if (parameter.default) {
      bindings.set(parameter.name, evaluator.evaluate(parameter.default, { module, owner: undefined }));
    } else bindings.set(parameter.name, unknownValue);
  });
  return bindings;
}

function restOfArguments(evaluator: Evaluator, call: Call, from: number, scope: Scope): StaticValue {
  const rest = call.arguments.slice(from);
  if (rest.some(({ kind }) => kind === "Starred")) return sequence([], false);
  return sequence(rest.map((each) => evaluator.evaluate(each, scope)));
}

function restOfKeywords(
  evaluator: Evaluator,
  parameters: readonly Parameter[],
  call: Call,
  scope: Scope,
): StaticValue {
  const own = new Set(parameters.map(({ name }) => name));
  const rest = call.keywords.filter(({ name }) => !name || !own.has(name.name));
  return dictionary(evaluator, rest, undefined, scope);
}
