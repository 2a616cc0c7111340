/** Fixes of settings: a value written where it belongs, in the file's own style. */

import { isSettingsClass } from "../../django/settings-classes.ts";
import type { MappingValue, Place } from "../../django/static-value.ts";
import { addEntryTo, quoted } from "../../edits/dictionary-entries.ts";
import { lineAfter } from "../../edits/statement-lines.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import type { Assign, Call, DictLiteral, Expression, Statement } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { FileEdit, Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { codeOf, type NewValue } from "./environment-style.ts";
import type { ProductionSettings } from "./production-settings.ts";

function unsafe(title: string, edits: readonly FileEdit[]): readonly Fix[] {
  return edits.length === 0 ? [] : [{ title, safety: "unsafe", preferred: true, edits }];
}

export type NewEntry = readonly [key: string, value: NewValue];

/**
 * Entries for a dictionary of the settings, such as one database of `DATABASES`.
 *
 * @param path how the settings reach it: `DATABASES["default"]`
 */
export function addEntriesFix(
  { project: { program } }: RuleContext,
  title: string,
  mapping: MappingValue,
  entries: readonly NewEntry[],
  path: readonly string[],
): readonly Fix[] {
  if (!mapping.literal?.module.firstParty) return [];
  const literal = expressionAt(mapping.literal);
  const { module } = mapping.literal;
  if (!literal) return [];
  const { text } = module.file;
  const written = entries.map(([key, value]) => [key, codeOf(program, module, value)] as const);
  const edits = written.flatMap(([key, code]) => addEntryTo(text, literal, key, code) ?? []);
  const [first] = edits;
  if (first && edits.length === entries.length) {
    // All at one place: behind the last entry, or in an empty display.
    const newText = edits
      .map((edit, index) => (index > 0 && !edit.newText.startsWith(",") ? `, ${edit.newText}` : edit.newText))
      .join("");
    return unsafe(title, [{ path: module.file.path, range: first.range, newText }]);
  }
  return itemAssignments(module, title, literal, written, path);
}

/** `DATABASES["default"]["CONN_MAX_AGE"] = 60`, below the statement in which a call makes the dictionary. */
function itemAssignments(
  module: Module,
  title: string,
  call: Expression,
  entries: readonly (readonly [key: string, code: string])[],
  [name = "", ...keys]: readonly string[],
): readonly Fix[] {
  const { path, text } = module.file;
  const statement = module.file.tree.body.find(({ start, end }) => start <= call.start && call.end <= end);
  if (statement?.kind !== "Assign" || nameOf(statement) !== name) return [];
  const target = name + keys.map((key) => `[${quoted(text, key)}]`).join("");
  const lines = entries.map(([key, code]) => `${target}[${quoted(text, key)}] = ${code}`);
  return unsafe(title, [{ path, ...lineAfter(text, statement, lines.join("\n")) }]);
}

/** Sets a setting: its value is replaced where the settings module assigns it once, else a new line is added. */
export function setSettingFix(
  context: RuleContext,
  title: string,
  production: ProductionSettings,
  name: string,
  value: NewValue,
  near: RegExp = /(?!)/,
): readonly Fix[] {
  const { program } = context.project;
  const place = production.settings.place(name);
  if (place) return place.module.firstParty ? replaceValue(program, title, place, value) : [];
  const { module } = production;
  if (hasSettingsClasses(program, module)) return [];
  const anchor = anchorOf(module, near);
  if (!anchor) return [];
  const { path, text } = module.file;
  const line = `${name} = ${codeOf(program, module, value)}`;
  return unsafe(title, [{ path, ...lineAfter(text, anchor, line) }]);
}

/** Settings in classes have no place at the module's top level. */
function hasSettingsClasses(program: PythonProgram, module: Module): boolean {
  return program.classes(module).some((symbol) => isSettingsClass(program, symbol));
}

function replaceValue(program: PythonProgram, title: string, place: Place, value: NewValue): readonly Fix[] {
  const { module } = place;
  const statement = assignmentAt(module, place);
  if (!statement) return [];
  const { path } = module.file;
  const { start, end } = statement.value;
  return unsafe(title, [{ path, range: { start, end }, newText: codeOf(program, module, value) }]);
}

/** The value of an entry replaced where it is written in a display. */
export function replaceEntryFix(
  { project: { program } }: RuleContext,
  title: string,
  mapping: MappingValue,
  key: string,
  value: NewValue,
): readonly Fix[] {
  const place = mapping.places?.get(key);
  if (!place?.module.firstParty) return [];
  const { module } = place;
  const code = codeOf(program, module, value);
  const found = entryValueAt(module, place);
  if (!found) return [];
  return unsafe(title, [
    { path: module.file.path, range: { start: found.start, end: found.end }, newText: code },
  ]);
}

/** The statement at the top level that assigns a name at this place. */
function assignmentAt(module: Module, { node }: Place): Assign | undefined {
  return module.file.tree.body.find(
    (statement): statement is Assign =>
      statement.kind === "Assign" &&
      statement.targets.length === 1 &&
      statement.targets[0]?.kind === "Name" &&
      statement.targets[0].start === node.start,
  );
}

function expressionAt({ module, node }: Place): DictLiteral | Call | undefined {
  let found: DictLiteral | Call | undefined;
  visitExpressions(module, (each) => {
    if (
      each.start === node.start &&
      each.end === node.end &&
      (each.kind === "DictLiteral" || each.kind === "Call")
    )
      found ??= each;
  });
  return found;
}

function entryValueAt(module: Module, { node }: Place): Expression | undefined {
  let found: Expression | undefined;
  visitExpressions(module, (each) => {
    if (each.kind === "DictLiteral") {
      found ??= each.entries.find(({ key }) => key?.start === node.start)?.value;
    } else if (each.kind === "Call") {
      found ??= each.keywords.find(({ name }) => name?.start === node.start)?.value;
    }
  });
  return found ?? itemValueAt(module.file.tree.body, node.start);
}

/** `DATABASES["default"]["CONN_MAX_AGE"] = 0` at the top level. */
function itemValueAt(body: readonly Statement[], start: number): Expression | undefined {
  for (const statement of body) {
    if (statement.kind !== "Assign" || statement.targets.length !== 1) continue;
    const [target] = statement.targets;
    if (target?.kind === "Subscript" && target.index.start === start) return statement.value;
  }
  return undefined;
}

function visitExpressions(module: Module, visit: (each: Expression) => void): void {
  walkExpressions(module.file.tree, (each) => {
    visit(each);
    return undefined;
  });
}

/** The statement behind which a new setting goes: the last one whose name is alike, else the last that is a setting. */
function anchorOf(module: Module, near: RegExp): Statement | undefined {
  const { body } = module.file.tree;
  const settings = body.filter(
    (statement) =>
      (statement.kind === "Assign" || statement.kind === "AnnAssign" || statement.kind === "AugAssign") &&
      nameOf(statement) !== undefined,
  );
  const alike = settings.findLast((statement) => near.test(nameOf(statement) ?? ""));
  return alike ?? settings.findLast((statement) => /^[A-Z]/.test(nameOf(statement) ?? "")) ?? body.at(-1);
}

function nameOf(statement: Statement): string | undefined {
  const target =
    statement.kind === "Assign"
      ? statement.targets[0]
      : statement.kind === "AnnAssign" || statement.kind === "AugAssign"
        ? statement.target
        : undefined;
  return target?.kind === "Name" ? target.name : undefined;
}
