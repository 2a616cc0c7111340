/** The statements with which settings are assigned: at the top level of their module, or in classes of settings. */
import { isSettingsClass } from "../../django/settings-classes.ts";
import type { Place } from "../../django/static-value.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import type { Assign, Statement } from "../../syntax/ast.ts";
import type { ProductionSettings } from "./production-settings.ts";

export interface SettingStatement<Kind extends Statement = Statement> {
  readonly statement: Kind;
  readonly isInClass: boolean;
}

/** All that may assign a setting in every environment: what conditions decide is left out. */
function statementsOf(program: PythonProgram, module: Module): readonly SettingStatement[] {
  const classes = program.classes(module).filter((symbol) => isSettingsClass(program, symbol));
  const ofClasses = classes.flatMap(({ node }) =>
    node.body.map((statement) => ({ statement, isInClass: true })),
  );
  return [...module.file.tree.body.map((statement) => ({ statement, isInClass: false })), ...ofClasses];
}

/** The statement that assigns a name at this place, and nothing else. */
export function assignmentAt(
  program: PythonProgram,
  module: Module,
  { node }: Place,
): SettingStatement<Assign> | undefined {
  for (const { statement, isInClass } of statementsOf(program, module)) {
    if (statement.kind !== "Assign" || statement.targets.length !== 1) continue;
    const [target] = statement.targets;
    if (target?.kind === "Name" && target.start === node.start) return { statement, isInClass };
  }
  return undefined;
}

/**
 * The statement behind which a new setting goes: the last one whose name is alike, else the last that is a setting. In
 * classes of settings, one that production uses.
 */
export function settingAnchor(
  program: PythonProgram,
  { module, settings }: ProductionSettings,
  near: RegExp,
): SettingStatement | undefined {
  const statements = statementsOf(program, module);
  const ofClasses = statements.filter(({ statement, isInClass }) => {
    const name = isInClass ? assignedName(statement) : undefined;
    const place = name === undefined ? undefined : settings.place(name);
    return place?.module === module && place.node.start >= statement.start && place.node.end <= statement.end;
  });
  const candidates = statements.some(({ isInClass }) => isInClass) ? ofClasses : statements;
  const named = candidates.filter(({ statement }) => assignedName(statement) !== undefined);
  const alike = named.findLast(({ statement }) => near.test(assignedName(statement) ?? ""));
  const setting = named.findLast(({ statement }) => /^[A-Z]/.test(assignedName(statement) ?? ""));
  return alike ?? setting ?? candidates.at(-1);
}

/** The name that a statement assigns. */
export function assignedName(statement: Statement): string | undefined {
  const target =
    statement.kind === "Assign"
      ? statement.targets[0]
      : statement.kind === "AnnAssign" || statement.kind === "AugAssign"
        ? statement.target
        : undefined;
  return target?.kind === "Name" ? target.name : undefined;
}

/** The code of the value that a statement assigns at this place. */
export function settingSource(program: PythonProgram, place: Place | undefined): string | undefined {
  const value = place?.module.firstParty
    ? assignmentAt(program, place.module, place)?.statement.value
    : undefined;
  return value && place?.module.file.text.slice(value.start, value.end);
}
