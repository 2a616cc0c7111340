/** Fixes of settings: a value written where it belongs, in the file's own style. */

import type { MappingValue, Place } from "../../django/static-value.ts";
import { appendItems } from "../../edits/append-items.ts";
import { addEntriesTo, quoted } from "../../edits/dictionary-entries.ts";
import { indentationAt, lineAfter } from "../../edits/statement-lines.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import type { Call, DictLiteral, Expression, Statement } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { FileEdit, Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { codeOf, type NewValue, settingCode } from "./environment-style.ts";
import type { ProductionSettings } from "./production-settings.ts";
import { assignedName, assignmentAt, settingAnchor } from "./setting-statements.ts";

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
  const edit = addEntriesTo(text, literal, written);
  if (edit) return unsafe(title, [{ path: module.file.path, ...edit }]);
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
  if (statement?.kind !== "Assign" || assignedName(statement) !== name) return [];
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
  const anchor = settingAnchor(program, production, near);
  if (!anchor) return [];
  const { path, text } = module.file;
  const line = `${name} = ${settingCode(program, module, value, anchor.isInClass)}`;
  const indented = line.replaceAll("\n", `\n${indentationAt(text, anchor.statement.start)}`);
  return unsafe(title, [{ path, ...lineAfter(text, anchor.statement, indented) }]);
}

function replaceValue(program: PythonProgram, title: string, place: Place, value: NewValue): readonly Fix[] {
  const { module } = place;
  const found = assignmentAt(program, module, place);
  if (!found) return [];
  const { path } = module.file;
  const { start, end } = found.statement.value;
  const newText = settingCode(program, module, value, found.isInClass);
  return unsafe(title, [{ path, range: { start, end }, newText }]);
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

/**
 * Adds a name to a setting that is a list: behind a given element, else at its end. Nothing where the list is not
 * written out at one place, or has no such element.
 */
export function addElementFix(
  { project: { program } }: RuleContext,
  title: string,
  { settings }: ProductionSettings,
  setting: string,
  element: string,
  behind?: string,
): readonly Fix[] {
  const place = settings.place(setting);
  const list = place?.module.firstParty
    ? assignmentAt(program, place.module, place)?.statement.value
    : undefined;
  if (!place || (list?.kind !== "ListLiteral" && list?.kind !== "TupleLiteral")) return [];
  const after = list.elements.findLast(
    (each) => behind === undefined || (each.kind === "StringLiteral" && each.value === behind),
  );
  if (!after) return [];
  const { path, text } = place.module.file;
  return unsafe(title, [{ path, ...appendItems(text, after, list.end - 1, [quoted(text, element)]) }]);
}

/** One fix of several that belong together; none where one of them is not possible. */
export function joinedFix(title: string, ...parts: readonly (readonly Fix[])[]): readonly Fix[] {
  if (parts.some((fixes) => fixes.length === 0)) return [];
  return unsafe(
    title,
    parts.flatMap(([fix]) => fix?.edits ?? []),
  );
}
