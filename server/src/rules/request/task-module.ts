/** The module of an application in which task queues look for its tasks. */
import type { DjangoApp } from "../../django/project.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import type { Statement } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";

/** A module of an application that is there already, or that an edit may create. */
export interface ModuleOfApp {
  readonly app: DjangoApp;
  readonly path: string;
  /** `users.tasks` */
  readonly name: string;
  /** Undefined where the file has to be created. */
  readonly module: Module | undefined;
}

export type TaskModule = ModuleOfApp;

/** Undefined for code outside of the installed applications: nobody would find a task there. */
export function taskModuleOf(context: RuleContext, module: Module): TaskModule | undefined {
  return moduleOfApp(context, module, "tasks");
}

/** `users.views` for a module of the application `users`; undefined for code outside of the installed ones. */
export function moduleOfApp(
  { project }: RuleContext,
  module: Module,
  kind: "tasks" | "views",
): ModuleOfApp | undefined {
  const app = project.apps
    .filter(({ moduleName }) => module.name === moduleName || module.name.startsWith(`${moduleName}.`))
    .sort((first, second) => second.moduleName.length - first.moduleName.length)[0];
  if (!app) return undefined;
  const name = `${app.moduleName}.${kind}`;
  const existing = project.program.module(name);
  if (existing)
    return existing.firstParty ? { app, path: existing.file.path, name, module: existing } : undefined;
  return { app, path: `${folderOf(module, app)}${kind}.py`, name, module: undefined };
}

/** The folder of the application's package, with a slash at its end. */
function folderOf(module: Module, app: DjangoApp): string {
  const below = module.name.split(".").length - app.moduleName.split(".").length;
  const parts = module.file.path.split("/").slice(0, module.isPackage ? -below - 1 : -below);
  return parts.length === 0 ? "" : `${parts.join("/")}/`;
}

/** How `module` imports the task module: the way in which it does already, else with dots where it uses dots. */
export function importPathOf(module: Module, tasks: TaskModule): string {
  const packageName = module.isPackage ? module.name : module.name.slice(0, module.name.lastIndexOf("."));
  const levels = packageName.split(".").length - tasks.app.moduleName.split(".").length + 1;
  const relative = `${".".repeat(levels)}tasks`;
  const imports = module.file.tree.body.filter((statement) => statement.kind === "ImportFrom");
  const isAbsolute = imports.some(({ level, module: name }) => level === 0 && name === tasks.name);
  const usesDots = imports.some(({ level }) => level > 0);
  const usesOwn = imports.some(
    ({ level, module: name }) => level === 0 && name.startsWith(`${tasks.app.moduleName}.`),
  );
  return isAbsolute || (!usesDots && usesOwn) ? tasks.name : relative;
}

/** Whether importing one of the modules at its top level leads to the other one. */
export function leadsTo(program: PythonProgram, starts: readonly Module[], target: Module): boolean {
  const seen = new Set<Module>();
  const open = [...starts];
  for (let module = open.pop(); module; module = open.pop()) {
    if (module === target) return true;
    if (seen.has(module) || !module.firstParty) continue;
    seen.add(module);
    open.push(...importedModules(program, module, module.file.tree.body));
  }
  return false;
}

function importedModules(
  program: PythonProgram,
  module: Module,
  statements: readonly Statement[],
): readonly Module[] {
  return statements.flatMap((statement): readonly Module[] => {
    switch (statement.kind) {
      case "Import":
        return statement.names.flatMap(({ name }) => program.module(name) ?? []);
      case "ImportFrom": {
        const base = absoluteName(module, statement.module, statement.level);
        const inside = statement.names.flatMap(({ name }) => program.module(`${base}.${name}`) ?? []);
        return [...inside, ...[program.module(base)].filter((found) => found !== undefined)];
      }
      case "If":
        return importedModules(program, module, [...statement.body, ...statement.orElse]);
      case "Try":
        return importedModules(program, module, [
          ...statement.body,
          ...statement.handlers.flatMap(({ body }) => body),
        ]);
      default:
        return [];
    }
  });
}

function absoluteName(module: Module, dotted: string, level: number): string {
  if (level === 0) return dotted;
  const parts = module.name.split(".");
  const base = parts.slice(0, parts.length - (module.isPackage ? level - 1 : level));
  return [...base, ...(dotted === "" ? [] : [dotted])].join(".");
}
