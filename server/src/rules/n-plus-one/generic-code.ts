/** Code that is written for whatever model it is given: what one of them needs does not belong there. */
import { AnswersOf } from "../../base/answers-of.ts";
import type { Fact } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";

/** Whether the expression gives rows of other models, too, or rows that are no instances. */
export function servesOtherModels(context: RuleContext, site: OriginSite, queryset: Queryset): boolean {
  return beginsWithOpenAttribute(context, site, queryset) || isSeenWithOthers(context, site, queryset);
}

/**
 * The rows begin with an attribute of the object, as in `self.model.objects`, or come out of a method of it, and the
 * class does not say for itself and all that derive from it which rows these are.
 */
function beginsWithOpenAttribute(
  { project: { program } }: RuleContext,
  site: OriginSite,
  { origin: { sites }, related }: Queryset,
): boolean {
  const owner = ownerOf(program, site);
  if (related || !owner) return false;
  return sites.slice(0, sites.findIndex(({ node }) => node === site.node) + 1).some((step, index) => {
    const attribute = attributeOfSelf(step.node);
    const holder = attribute === undefined ? undefined : ownerOf(program, step);
    if (attribute === undefined || !holder || !isSameFamily(program, holder, owner)) return false;
    if (program.subclasses(owner).some((subclass) => replaces(program, subclass, attribute))) return true;
    return index === 0 && !isSaid(program, owner, attribute);
  });
}

/** The class in whose method the expression stands. */
function ownerOf(program: PythonProgram, { functionId, location }: OriginSite): ClassSymbol | undefined {
  const module = program.moduleOfFile(location.path);
  return module && program.functions(module).find(({ id }) => id === functionId)?.owner;
}

function isSameFamily(program: PythonProgram, first: ClassSymbol, second: ClassSymbol): boolean {
  const derives = (derived: ClassSymbol, base: ClassSymbol): boolean =>
    program.mro(derived).some((entry) => entry.kind === "class" && entry.id === base.id);
  return derives(first, second) || derives(second, first);
}

/** The class has an attribute of its own, other than a method that refines what its base class gives. */
function replaces(program: PythonProgram, subclass: ClassSymbol, attribute: string): boolean {
  const member = program.members(subclass).get(attribute);
  return member !== undefined && !(member.kind === "function" && callsSuper(member));
}

function callsSuper({ node, name }: FunctionSymbol): boolean {
  let found = false;
  walkExpressions(node, (expression) => {
    if (expression.kind === "Attribute" && expression.attribute.name === name) {
      const { value } = expression;
      found ||= value.kind === "Call" && value.function.kind === "Name" && value.function.name === "super";
    }
    return !found;
  });
  return found;
}

function isSaid(program: PythonProgram, owner: ClassSymbol, attribute: string): boolean {
  const member = program.lookupMember(owner, attribute);
  return (
    member.kind === "found" &&
    member.symbol.kind === "variable" &&
    member.symbol.values.every((value) => value.kind !== "ConstantLiteral")
  );
}

function isSeenWithOthers({ facts }: RuleContext, { node }: OriginSite, { model }: Queryset): boolean {
  const models = modelsAt(facts).get(node);
  return models !== undefined && [...models].some((label) => label !== model.label);
}

const known = new AnswersOf<readonly Fact[], ReadonlyMap<Expression, ReadonlySet<string>>>();

/** Labels of the models whose rows an expression was seen to give. */
function modelsAt(facts: readonly Fact[]): ReadonlyMap<Expression, ReadonlySet<string>> {
  let models = known.get(facts);
  if (!models) {
    models = findModels(facts);
    known.set(facts, models);
  }
  return models;
}

/** In place of a model's label. */
const noInstances = "";

function findModels(facts: readonly Fact[]): ReadonlyMap<Expression, ReadonlySet<string>> {
  const models = new Map<Expression, Set<string>>();
  const add = (node: Expression, label: string): void => {
    const labels = models.get(node);
    if (labels) labels.add(label);
    else models.set(node, new Set([label]));
  };
  const seen = new Set<Queryset>();
  const addSites = (queryset: Queryset): void => {
    if (seen.has(queryset)) return;
    seen.add(queryset);
    for (const { node } of queryset.origin.sites) add(node, queryset.model.label);
  };
  for (const fact of facts) {
    if (fact.kind === "helperReturn") {
      const { queryset, call } = fact;
      add(call, queryset.rows === "instances" ? queryset.model.label : noInstances);
      addSites(queryset);
    }
    if (fact.kind === "relationRead" || fact.kind === "rowsIterated") addSites(fact.queryset);
  }
  return models;
}

/** `model` of `self.model.objects.filter(…)` */
function attributeOfSelf(node: Expression): string | undefined {
  let current = node;
  for (;;) {
    switch (current.kind) {
      case "Call":
        current = current.function;
        break;
      case "Subscript":
      case "Await":
        current = current.value;
        break;
      case "Attribute":
        if (current.value.kind === "Name" && /^(?:self|cls)$/.test(current.value.name))
          return current.attribute.name;
        current = current.value;
        break;
      default:
        return undefined;
    }
  }
}
