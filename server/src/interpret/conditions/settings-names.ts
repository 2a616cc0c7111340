/** `django.conf.settings`: which names it has, as far as the files of the project say. */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import { defaultSettings } from "../../django/default-settings.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Value } from "../../queryset/value.ts";

export function isSettings(value: Value): boolean {
  return value.kind === "external" && value.name === "django.conf.settings";
}

const namesSet = new AnswersOf<PythonProgram, Map<string, boolean>>();

/** Whether a settings module of the project assigns the setting. */
export function isSet(program: PythonProgram, name: string): boolean {
  const known = remembered(namesSet, program, () => new Map<string, boolean>());
  return remembered(known, name, () => isAssigned(program, name));
}

function isAssigned(program: PythonProgram, name: string): boolean {
  const assignment = new RegExp(`^\\s*${name}\\s*[:=]`, "m");
  return program.modules.some(
    ({ file }) => /settings|conf/.test(file.path) && file.text.includes(name) && assignment.test(file.text),
  );
}

/** Whether there is such a setting; undefined where the project's settings are not known, or may set it. */
export function hasSetting(program: PythonProgram, name: string): boolean | undefined {
  if (defaultSettings.has(name)) return true;
  return isSet(program, name) || !isSet(program, "INSTALLED_APPS") ? undefined : false;
}
