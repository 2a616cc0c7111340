import type { Location, TextRange } from "../base/text-range.ts";
import { declaresMigration, migrationRunning } from "../django/migration-code.ts";
import type { DjangoProject } from "../django/project.ts";
import type { Analysis } from "../program/workspace.ts";
import { isTestPath } from "../python/test-paths.ts";
import type { Statement } from "../syntax/ast.ts";

/** What code is for: findings matter where it serves users. */
export type CodeContext = "application" | "test" | "migration" | "generated";

export type ContextOf = (location: Location) => CodeContext;

/**
 * Recognises code by its classes where they tell (a migration derives from `Migration`, whatever its folder is
 * called, and names the functions that it runs), and by its path only where a name is a firm convention.
 */
export function contextFinder(analysis: Analysis): ContextOf {
  const contexts = new Map<string, (range: TextRange) => CodeContext>();
  const ofFile = (path: string): ((range: TextRange) => CodeContext) => {
    if (isGeneratedPath(path) || isGeneratedText(analysis.text(path) ?? "")) return () => "generated";
    if (isTestPath(path)) return () => "test";
    return contextByClasses(analysis.projects, path);
  };
  return ({ path, range }) => {
    let contextOf = contexts.get(path);
    if (contextOf === undefined) {
      contextOf = ofFile(path);
      contexts.set(path, contextOf);
    }
    return contextOf(range);
  };
}

const testBases = new Set([
  "unittest.TestCase",
  "unittest.IsolatedAsyncioTestCase",
  "unittest.case.TestCase",
  "django.test.SimpleTestCase",
  "django.test.TransactionTestCase",
  "django.test.TestCase",
  "django.test.LiveServerTestCase",
  "django.test.testcases.TestCase",
  "django.contrib.staticfiles.testing.StaticLiveServerTestCase",
  "rest_framework.test.APISimpleTestCase",
  "rest_framework.test.APITransactionTestCase",
  "rest_framework.test.APITestCase",
  "rest_framework.test.APILiveServerTestCase",
  "factory.Factory",
  "factory.django.DjangoModelFactory",
  "model_bakery.recipe.Recipe",
]);

function contextByClasses(
  projects: readonly DjangoProject[],
  path: string,
): (range: TextRange) => CodeContext {
  const testClasses: TextRange[] = [];
  const migrationFunctions: TextRange[] = [];
  for (const { program } of projects) {
    const module = program.moduleOfFile(path);
    if (module === undefined) continue;
    if (module.file.tree.body.some(isImportOfPytest)) return () => "test";
    if (declaresMigration(program, module)) return () => "migration";
    for (const symbol of program.functions(module)) {
      if (migrationRunning(program, symbol)) migrationFunctions.push(symbol.node);
    }
    for (const symbol of program.classes(module)) {
      if (program.derivesFrom(symbol, testBases)) testClasses.push(symbol.node);
    }
  }
  return ({ start }) => {
    const isIn = (node: TextRange): boolean => node.start <= start && start < node.end;
    if (testClasses.some(isIn)) return "test";
    return migrationFunctions.some(isIn) ? "migration" : "application";
  };
}

/** At the top of a module: what serves users runs where pytest is not installed. */
function isImportOfPytest(statement: Statement): boolean {
  switch (statement.kind) {
    case "Import":
      return statement.names.some(({ name }) => name.split(".")[0] === "pytest");
    case "ImportFrom":
      return statement.level === 0 && statement.module.split(".")[0] === "pytest";
    default:
      return false;
  }
}

const generatedFolders = new Set([
  "dist",
  "node_modules",
  "site-packages",
  "static",
  "staticfiles",
  "vendor",
  "vendored",
  "_vendor",
  "third_party",
]);

export function isGeneratedPath(path: string): boolean {
  const folders = path.split("/");
  const file = folders.pop() ?? "";
  return /_pb2(_grpc)?\.py$/.test(file) || folders.some((folder) => generatedFolders.has(folder));
}

/** The marks that generators put into the first lines of their output. */
function isGeneratedText(text: string): boolean {
  return /^(#|""").*(@generated|\bDO NOT EDIT\b)/m.test(text.slice(0, 400));
}
