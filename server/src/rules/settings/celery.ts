/** Celery as the production settings configure it. */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { Location } from "../../base/text-range.ts";
import { applicationsOf, isTaskClass } from "../../django/celery-applications.ts";
import { celerySetting } from "../../django/celery-settings.ts";
import type { StaticValue } from "../../django/static-value.ts";
import { tasksOf } from "../../django/tasks.ts";
import type { PythonProgram } from "../../python/program.ts";
import { type ProductionSettings, settingPlace } from "./production-settings.ts";

/** The project has an application of Celery whose configuration is known. */
export function usesCelery({ project: { program } }: ProductionSettings): boolean {
  return applicationsOf(program).length > 0;
}

/** A setting of Celery by its own name; undefined where certainly nothing sets it. */
export function queueSetting({ project }: ProductionSettings, name: string): StaticValue | undefined {
  return celerySetting(project, name);
}

/** Where Django's settings assign it, under its new name or an old one; else their first line. */
export function queueSettingPlace(production: ProductionSettings, ...names: readonly string[]): Location {
  const written = names.find((name) => production.settings.place(name));
  return settingPlace(production, written ?? names[0] ?? "");
}

interface Answer {
  readonly names: ReadonlySet<string> | undefined;
}

const answers = new AnswersOf<PythonProgram, Answer>();

/** The names under which Celery knows the tasks of the project; undefined where one of them is not known. */
export function taskNames({ project: { program } }: ProductionSettings): ReadonlySet<string> | undefined {
  return remembered(answers, program, () => ({ names: readTaskNames(program) })).names;
}

function readTaskNames(program: PythonProgram): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const { task, declaration } of tasksOf(program)) {
    if (declaration.library !== "celery") continue;
    const given = declaration.call?.keywords.find(({ name }) => name?.name === "name")?.value;
    if (given && given.kind !== "StringLiteral") return undefined;
    if (given?.kind === "StringLiteral") names.add(given.value);
    else
      for (const module of [task.module.name, ...(task.module.aliases ?? [])])
        names.add(`${module}.${task.name}`);
    if (task.owner) names.add(`${task.module.name}.${task.owner.name}`);
  }
  for (const name of namesOfClasses(program)) names.add(name);
  return names;
}

/** `class Pull(BackgroundTask): name = "shop.Pull"`: what a class is called, whichever of its bases has the `run()`. */
function namesOfClasses(program: PythonProgram): readonly string[] {
  return program.modules
    .filter(({ firstParty }) => firstParty)
    .flatMap((module) => program.classes(module))
    .flatMap((symbol) => {
      const name = program.members(symbol).get("name");
      const value = name?.kind === "variable" ? name.values.at(-1) : undefined;
      // Few classes have a name, while the bases of each lead through several modules.
      return value?.kind === "StringLiteral" && isTaskClass(program, symbol) ? [value.value] : [];
    });
}
