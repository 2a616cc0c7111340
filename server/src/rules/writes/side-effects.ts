/** What saving a row of a model does beside writing it. Bulk operations skip all of it. */
import { AnswersOf } from "../../base/answers-of.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, FunctionSymbol, MroEntry } from "../../python/symbols.ts";
import type { Statement } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import type { RuleContext } from "../rule-context.ts";
import { receiversOf } from "./signal-receivers.ts";

export interface SideEffects {
  /** Each in a few words, as part of a fix's title: `Task.save()`, `the post_save receiver notify()`. */
  readonly skipped: readonly string[];
  /** Why rows of the model can't be written in bulk at all. */
  readonly obstacle: string | undefined;
}

export function sideEffectsOf(context: RuleContext, model: Model): SideEffects {
  const { program } = context.project;
  const skipped: string[] = [];
  if (overridesSave(program, model)) skipped.push(`${model.name}.save()`);
  for (const { signal, name } of receiversOf(context.project, model)) {
    skipped.push(`the ${signal} receiver ${name}()`);
  }
  const history = historyOf(program, model);
  if (history) skipped.push(`the history that ${history} keeps`);
  if (!model.complete) skipped.push("what base classes of unknown origin do");
  else if (isOfUnreadLibrary(program, model)) skipped.push("what a library's class does");
  for (const { name } of fieldsSetOnSave(program, model))
    skipped.push(`what the field "${name}" does on saving`);
  return {
    skipped,
    obstacle: isTree(program, model) ? `${model.name} is a tree that save() keeps in order` : undefined,
  };
}

/** A `save()` of the project's own, or of a library whose sources are known, that does more than call Django's. */
function overridesSave(program: PythonProgram, model: Model): boolean {
  return overridesMethod(program, model, ["save", "asave"]);
}

/**
 * The same for `delete()`: soft deletion, or work that has to be done for each row. A queryset of django-polymorphic
 * deletes the tables of its classes in an order that constraints may refuse.
 */
export function overridesDelete(program: PythonProgram, model: Model): boolean {
  return (
    isOfPackage(program, model, /^(?:mptt|treebeard|polymorphic)$/) ||
    overridesMethod(program, model, ["delete", "adelete"])
  );
}

const djangosApps: ReadonlySet<string> = new Set([
  "admin",
  "auth",
  "contenttypes",
  "flatpages",
  "redirects",
  "sessions",
  "sites",
]);

/** A class of a library whose sources are not there: what it does beside writing and deleting is not known. */
export function isOfUnreadLibrary(program: PythonProgram, { appLabel, symbol }: Model): boolean {
  if (!symbol) return !djangosApps.has(appLabel);
  return program
    .mro(symbol)
    .some(
      (entry) => entry.kind === "external" && /^(?!builtins\.|django\.|typing\.|abc\.)\w+\./.test(entry.name),
    );
}

function overridesMethod(program: PythonProgram, model: Model, names: readonly string[]): boolean {
  if (!model.symbol) return false;
  return names.some((name) => {
    let after: ClassSymbol | undefined;
    for (;;) {
      const member = model.symbol && program.lookupMember(model.symbol, name, after);
      if (member?.kind !== "found" || member.owner.module.name.startsWith("django.")) return false;
      if (member.symbol.kind !== "function" || !onlyCallsSuper(member.symbol)) return true;
      after = member.owner;
    }
  });
}

function onlyCallsSuper({ node, name }: FunctionSymbol): boolean {
  return node.body.every((statement) => isDocstring(statement) || isCallOfSuper(statement, name));
}

function isDocstring(statement: Statement): boolean {
  return (
    statement.kind === "Pass" ||
    (statement.kind === "ExpressionStatement" && statement.value.kind === "StringLiteral")
  );
}

function isCallOfSuper(statement: Statement, name: string): boolean {
  if (statement.kind !== "ExpressionStatement" && statement.kind !== "Return") return false;
  const call = statement.value?.kind === "Await" ? statement.value.value : statement.value;
  if (call?.kind !== "Call" || call.function.kind !== "Attribute") return false;
  const { value, attribute } = call.function;
  const isSuper = value.kind === "Call" && value.function.kind === "Name" && value.function.name === "super";
  return isSuper && attribute.name === name;
}

const historyPackages: readonly string[] = [
  "simple_history",
  "reversion",
  "auditlog",
  "pghistory",
  "field_history",
];

/** A package that keeps versions of the rows: by an attribute, a decorator or a base class of the model. */
function historyOf(program: PythonProgram, model: Model): string | undefined {
  if (!model.symbol) return undefined;
  for (const entry of program.mro(model.symbol)) {
    const base = packageOf(entry);
    if (base !== undefined && historyPackages.includes(base)) return base;
    if (entry.kind !== "class" || base === "django") continue;
    const attributes = [...program.members(entry).values()].flatMap((member) =>
      member.kind === "variable" ? member.values : [],
    );
    for (const expression of [...entry.node.decorators, ...attributes]) {
      const callee = expression.kind === "Call" ? expression.function : expression;
      const resolved = program.resolveExpression(entry.module, callee);
      const name = resolved.kind === "external" ? resolved.name.split(".")[0] : undefined;
      if (name !== undefined && historyPackages.includes(name)) return name;
    }
  }
  return undefined;
}

function isTree(program: PythonProgram, model: Model): boolean {
  return isOfPackage(program, model, /^(?:mptt|treebeard)$/);
}

function isOfPackage(program: PythonProgram, { symbol }: Model, packages: RegExp): boolean {
  return symbol !== undefined && program.mro(symbol).some((entry) => packages.test(packageOf(entry) ?? ""));
}

function packageOf(entry: MroEntry): string | undefined {
  if (entry.kind === "unknown") return undefined;
  return (entry.kind === "class" ? entry.module.name : entry.name).split(".")[0];
}

/** Field classes of libraries whose `pre_save()` computes a value, beside Django's `auto_now`. */
const setOnSave: ReadonlySet<string> = new Set([
  "AutoLastModifiedField",
  "AutoSlugField",
  "ConditionVersion",
  "IntegerVersionField",
  "ModificationDateTimeField",
  "MonitorField",
  "RandomCharField",
]);

function fieldsSetOnSave(program: PythonProgram, model: Model): readonly Field[] {
  return [...model.fields.values()].filter(
    ({ className, baseClassName }) =>
      setOnSave.has(className) || (className !== baseClassName && definesPreSave(program, className)),
  );
}

const classesWithPreSave = new AnswersOf<PythonProgram, ReadonlySet<string>>();

/** A field class of the project, by its name, with a `pre_save()` of its own. */
function definesPreSave(program: PythonProgram, className: string): boolean {
  let names = classesWithPreSave.get(program);
  if (!names) {
    const found = new Set<string>();
    for (const module of program.modules) {
      if (!mentions(module.file, /\bdef pre_save\b/)) continue;
      for (const symbol of program.classes(module)) {
        if (program.members(symbol).get("pre_save")?.kind !== "function") continue;
        found.add(symbol.name);
        for (const subclass of program.subclasses(symbol)) found.add(subclass.name);
      }
    }
    names = found;
    classesWithPreSave.set(program, names);
  }
  return names.has(className);
}
