/** Code that changes the schema or the data of a database once: known by what Django makes of it, not by its folder's name. */
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, FunctionSymbol, Module } from "../python/symbols.ts";
import type { Call } from "../syntax/ast.ts";
import { mentions } from "../syntax/mentions.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { walkExpressions } from "../syntax/walk.ts";

const migrationClasses: ReadonlySet<string> = new Set([
  "django.db.migrations.Migration",
  "django.db.migrations.migration.Migration",
]);

function isMigration(program: PythonProgram, symbol: ClassSymbol): boolean {
  return program.derivesFrom(symbol, migrationClasses) || looksLikeMigration(program, symbol);
}

/** Where Django is a copy in the project, or cannot be resolved: `class Migration`, with what Django reads of it. */
function looksLikeMigration(program: PythonProgram, symbol: ClassSymbol): boolean {
  const members = program.members(symbol);
  return symbol.name === "Migration" && members.has("operations") && members.has("dependencies");
}

interface MigrationCode {
  readonly modules: ReadonlySet<Module>;
  /** The packages that an application has for its migrations: these may share functions, in a module beside them. */
  readonly packages: ReadonlySet<string>;
  /** What `RunPython` is given, with the module of the migration, by the function's id. */
  readonly functions: ReadonlyMap<FunctionSymbol["id"], Module>;
}

/** What one version of a file says: hundreds of migrations are read once, and not for each program of an edit. */
interface OfFile {
  readonly declares: boolean;
  readonly runs: readonly FunctionSymbol["id"][];
}

const known = new AnswersOf<PythonProgram, MigrationCode>();
const knownOfFile = new AnswersOf<SourceFile, OfFile>();

function ofFile(program: PythonProgram, module: Module): OfFile {
  return remembered(knownOfFile, module.file, () => {
    const declares =
      mentions(module.file, "Migration") &&
      program.classes(module).some((symbol) => isMigration(program, symbol));
    return { declares, runs: declares ? functionsRunBy(program, module).map(({ id }) => id) : [] };
  });
}

function migrationCode(program: PythonProgram): MigrationCode {
  return remembered(known, program, () => {
    const modules = program.modules.filter((module) => declaresMigration(program, module));
    const folders = modules.map(({ file: { path } }) => folderOf(path));
    return {
      modules: new Set(modules),
      packages: new Set(folders.filter((folder) => folder.endsWith("/migrations/"))),
      functions: new Map(
        modules.flatMap((module) => ofFile(program, module).runs.map((id) => [id, module] as const)),
      ),
    };
  });
}

export function isInMigrations(program: PythonProgram, module: Module): boolean {
  const { modules, packages } = migrationCode(program);
  return modules.has(module) || packages.has(folderOf(module.file.path));
}

export function declaresMigration(program: PythonProgram, module: Module): boolean {
  return ofFile(program, module).declares;
}

/** The migration that runs the function, wherever that stands. */
export function migrationRunning(program: PythonProgram, { id }: FunctionSymbol): Module | undefined {
  return migrationCode(program).functions.get(id);
}

const runPython = /^django\.db\.migrations\.(?:operations\.(?:special\.)?)?RunPython$/;

/** `RunPython(forwards, backwards)`, `RunPython(code=filling.forwards)` */
function functionsRunBy(program: PythonProgram, module: Module): readonly FunctionSymbol[] {
  if (!mentions(module.file, "RunPython")) return [];
  const calls: Call[] = [];
  for (const statement of module.file.tree.body) {
    walkExpressions(statement, (node) => {
      if (node.kind === "Call") calls.push(node);
      return undefined;
    });
  }
  return calls.flatMap(({ function: callee, arguments: given, keywords }) => {
    const operation = program.resolveExpression(module, callee);
    if (operation.kind !== "external" || !runPython.test(operation.name)) return [];
    const named = keywords.filter(({ name }) => name?.name === "code" || name?.name === "reverse_code");
    return [...given.slice(0, 2), ...named.map(({ value }) => value)].flatMap((code) => {
      const symbol = program.resolveExpression(module, code);
      return symbol.kind === "function" ? [symbol] : [];
    });
  });
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
