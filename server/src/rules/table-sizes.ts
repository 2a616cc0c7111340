/** Loops over tables that never have more than a row or two, as the code that writes and reads them shows. */
import { AnswersOf } from "../base/answers-of.ts";
import { groupBy } from "../base/group-by.ts";
import { remembered } from "../base/remembered.ts";
import type { Model, ModelGraph } from "../django/model-graph.ts";
import type { DjangoProject } from "../django/project.ts";
import type { Fact, FactContext, Loop, TableUse } from "../interpret/facts.ts";
import type { PythonProgram } from "../python/program.ts";
import type { Queryset } from "../queryset/queryset.ts";

/** The facts, where loops have the weight that what is known of the whole project gives them. */
export function withTableSizes(facts: readonly Fact[], project: DjangoProject): readonly Fact[] {
  const uses = groupBy(
    facts.filter((fact) => fact.kind === "tableUse"),
    ({ model }) => model.label,
  );
  if (uses.size === 0) return facts;
  const known = new Map<Loop, Loop>();
  const weighed = (loop: Loop): Loop => {
    const before = known.get(loop);
    if (before) return before;
    const after = { ...loop, weight: weightOf(loop, uses, project) };
    const result = after.weight === loop.weight ? loop : after;
    known.set(loop, result);
    return result;
  };
  return facts.map((fact) => {
    if (fact.kind === "rowsUse" && fact.around.some((loop) => weighed(loop) !== loop)) {
      return { ...fact, around: fact.around.map(weighed) };
    }
    if (!hasLoops(fact) || fact.loops.every((loop) => weighed(loop) === loop)) return fact;
    const loops = fact.loops.map(weighed);
    return fact.kind === "write"
      ? { ...fact, loops, innermostLoop: fact.innermostLoop && weighed(fact.innermostLoop) }
      : { ...fact, loops };
  });
}

function hasLoops(fact: Fact): fact is Fact & FactContext {
  return "loops" in fact && fact.loops.length > 0;
}

type Uses = ReadonlyMap<string, readonly TableUse[]>;

function weightOf({ weight, source }: Loop, uses: Uses, project: DjangoProject): Loop["weight"] {
  if (weight.kind !== "rows" || !source) return weight;
  const known = uses.get(source.model.label) ?? [];
  const fixed = fieldsOfOneValue(source);
  const isWithin = (keys: readonly string[]): boolean =>
    keys.every((key) => fixed.has(key) && key !== source.model.primaryKey);
  const created = known.filter(({ use }) => use === "created");
  const only = known.filter(({ use, keys }) => use === "onlyRow" && keys && isWithin(keys));
  const isUnfiltered = only.some(({ keys }) => keys?.length === 0);
  if (isUnfiltered && created.every(({ keys }) => keys !== undefined)) return { kind: "constant", count: 1 };
  const isMadeOnce = created.every(
    ({ keys, newParents }) =>
      (keys && isWithin(keys)) ||
      (newParents.some((parent) => fixed.has(parent)) && !modelsOfClasses(project).has(source.model.label)),
  );
  // Code that tells several rows of one parent apart says more than code that asks for the row of one that has no other.
  const isToldApart = created.some(({ keys }) => keys && !isWithin(keys));
  const isFew = (only.length > 0 && !isToldApart) || (created.length > 0 && isMadeOnce);
  return isFew ? { ...weight, few: true } : weight;
}

/**
 * The key is a name, nothing belongs to a row, and no code was seen to make one: migrations or fixtures list the names,
 * as many as the code knows.
 */
export function listsNames(facts: readonly Fact[], project: DjangoProject, model: Model): boolean {
  const { label, fields, primaryKey, lookupRelations } = model;
  return (
    fields.get(primaryKey)?.baseClassName === "CharField" &&
    lookupRelations.size === 0 &&
    !facts.some((fact) => fact.kind === "tableUse" && fact.use === "created" && fact.model.label === label) &&
    !modelsOfClasses(project).has(label)
  );
}

function fieldsOfOneValue({ fixedFields, related }: Queryset): ReadonlySet<string> {
  return related?.relation.kind === "reverseForeignKey"
    ? new Set([...fixedFields, related.relation.field.name])
    : fixedFields;
}

const labelsByProgram = new AnswersOf<PythonProgram, ReadonlySet<string>>();

/** Labels of the models that forms, serializers, views and admin classes are for: these may make rows unseen. */
function modelsOfClasses({ program, models }: DjangoProject): ReadonlySet<string> {
  return remembered(labelsByProgram, program, () => labelsOfClasses(program, models));
}

function labelsOfClasses(program: PythonProgram, models: ModelGraph): ReadonlySet<string> {
  const labels = new Set<string>();
  for (const module of program.modules) {
    for (const owner of program.classes(module)) {
      const member = program.members(owner).get("model");
      for (const value of member?.kind === "variable" ? member.values : []) {
        const target = program.resolveExpression(module, value, owner);
        const model = target.kind === "class" ? models.modelOfClass(target) : undefined;
        if (model) labels.add(model.label);
      }
    }
  }
  return labels;
}
