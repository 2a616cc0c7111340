import type { MemoisedFunction } from "../../interpret/facts.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import type { Finding, Level } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { stableModels } from "../stable-models.ts";
import { mayBeConstant } from "./constant-rows.ts";

export const lruCacheOnOrm: FactRule = {
  kind: "facts",
  code: "QS716",
  name: "lru-cache-on-orm",
  summary: "Results of a query, or the object of a method, are kept for the life of the process by lru_cache",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const functions = new Map(
      factsOfKind(context.facts, "memoisedFunction").map((fact) => [fact.function.id, fact]),
    );
    return [...functions.values()].flatMap((fact) => {
      if (isCleared(context, fact.function)) return [];
      // Which models are asked for has to be known: what was not followed may ask for any.
      const models = [...fact.touched].filter(
        (label) => /^\w+\.\w+$/.test(label) && !stableModels.has(label),
      );
      const keepsObject = fact.function.owner !== undefined && isMethod(fact.function);
      if (models.length === 0 && !keepsObject) return [];
      return [findingOf(context, fact, models, keepsObject)];
    });
  },
};

/** Somebody forgets the results when they change. */
function isCleared({ project: { program } }: RuleContext, { name }: FunctionSymbol): boolean {
  return program.modules.some(({ file }) => file.text.includes(`${name}.cache_clear`));
}

/** The first argument is the object. */
function isMethod({ node }: FunctionSymbol): boolean {
  return node.parameters[0]?.name === "self";
}

function findingOf(
  context: RuleContext,
  fact: MemoisedFunction,
  models: readonly string[],
  keepsObject: boolean,
): Finding {
  const { function: symbol, location } = fact;
  const model = symbol.owner && context.project.models.modelOfClass(symbol.owner);
  // An object that lives for one request has results of its own: they are right, and only stay in memory.
  const isOfObject = keepsObject && !model;
  const level: Level = models.length > 0 && !isOfObject ? lruCacheOnOrm.level : "info";
  const name = `${symbol.qualifiedName}()`;
  const areConstant = models.every((label) => mayBeConstant(context, label));
  return {
    ...findingBase(lruCacheOnOrm),
    remedy: "cache-call",
    level: levelInRoots(context, level, [fact]),
    confidence: areConstant ? "medium" : "high",
    message: messageOf(name, models, keepsObject, model !== undefined),
    help: isOfObject
      ? "Keep it on the object with cached_property."
      : "Keep it in Django's cache with a timeout, or clear it where the rows change: function.cache_clear().",
    location,
    symbol: `${symbol.module.name}.${symbol.qualifiedName}`,
    model: models[0],
    origin: location,
    evidence: [{ message: "Python keeps the results of this function", location }],
    fixes: [],
  };
}

function messageOf(
  name: string,
  models: readonly string[],
  keepsObject: boolean,
  isOfModel: boolean,
): string {
  const rows = `rows of ${models[0]?.split(".")[1]}`;
  if (keepsObject && !isOfModel)
    return `The results of ${name} are kept with the object itself: up to "maxsize" objects stay in memory for as long as the process lives.`;
  return keepsObject && models.length === 0
    ? `The results of ${name} are kept by the key of the row, for as long as the process lives: a changed row still has the old ones.`
    : `The results of ${name} are kept for as long as the process lives: when ${rows} change, each worker goes on with what it read first.`;
}
