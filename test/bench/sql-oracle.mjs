/**
 * The SQL of a file of expressions, compared with what real Django sent. Usage:
 *
 *   node test/bench/sql-oracle.mjs FOLDER [--verbose]
 *
 * FOLDER has a module `names`, an app `tracker`, and `expressions.jsonl`, a row per expression: `id`, `category`, `expr`,
 * `django_version`, and `sql` or `error`. Each row is compiled by the product's own Django in the sandbox, where that has
 * the row's version; for others by the same program with that version's wheels, as the tests fetch them. Two statements
 * are equal when PostgreSQL's grammar gives the same trees: aliases and the order of parameters count, white space and
 * needless parentheses don't.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packWheels } from "../../scripts/support/django-archive.mjs";
import { inRepository } from "../../scripts/support/repository.mjs";
import { importTypeScript } from "./support/bundled.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { verbose: { type: "boolean" } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error("usage: node test/bench/sql-oracle.mjs FOLDER [--verbose]");
  process.exit(2);
}

/**
 * @typedef {object} OracleRow
 * @property {string} id
 * @property {string} category
 * @property {string} expr
 * @property {string} django_version
 * @property {string | null} [sql]
 * @property {string} [error]
 */

/** What only a database refuses, or the terminal operation for want of rows. */
const errorsOfDatabases = new Set(["ProgrammingError", "DataError"]);

const { PyodideCompiler, nodeFileSystem, parseSql } = await importTypeScript(
  "test/bench/support/pyodide-bench.ts",
);
/** @type {readonly OracleRow[]} */
const rows = readFileSync(join(folder, "expressions.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

const temporary = mkdtempSync(join(tmpdir(), "queryscope-oracle-"));
try {
  const root = projectIn(join(temporary, "project"));
  let equal = 0;
  for (const version of new Set(rows.map((row) => row.django_version))) {
    equal += await compare(version, root);
  }
  console.log(`all: ${equal} of ${rows.length} (${((100 * equal) / rows.length).toFixed(1)} %)`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** @param {string} target @returns the folder with the expressions' project and settings */
function projectIn(target) {
  cpSync(resolve(folder), target, { recursive: true });
  cpSync(inRepository("test/explain/sql-oracle/settings.py"), join(target, "settings.py"));
  return target;
}

/**
 * @param {string} version
 * @param {string} root
 * @returns {Promise<number>} rows that are right
 */
async function compare(version, root) {
  const compiler = new PyodideCompiler({
    workspaceTrusted: true,
    root,
    sourceRoots: [root],
    settings: "settings",
    environment: {},
    serverVersion: 150000,
    files: nodeFileSystem,
    cacheFolder: join(temporary, `cache-${version}`),
    bundle: await bundleWith(version),
  });
  const started = await compiler.start();
  if (started.kind === "failed") throw new Error(started.error.message);
  if (started.info.django !== version) throw new Error(`${started.info.django} runs instead of ${version}`);
  /** @type {Map<string, { right: number, all: number }>} */
  const categories = new Map();
  let right = 0;
  for (const row of rows.filter((each) => each.django_version === version)) {
    const result = await compiler.compile({ module: "names", expression: row.expr, bindings: [] });
    const difference = await differenceOf(row, result);
    const count = categories.get(row.category) ?? { right: 0, all: 0 };
    count.all++;
    if (difference === undefined) count.right++;
    else if (options.verbose) console.log(`${version} ${row.category}: ${row.expr}\n${difference}\n`);
    categories.set(row.category, count);
  }
  await compiler.close();
  console.log(`\nDjango ${version}`);
  for (const [category, count] of [...categories].sort(([a], [b]) => a.localeCompare(b))) {
    console.log(`  ${category.padEnd(24)} ${count.right} of ${count.all}`);
    right += count.right;
  }
  return right;
}

/**
 * @param {OracleRow} row
 * @param {any} result of the compiler
 * @returns {Promise<string | undefined>} what differs
 */
async function differenceOf({ sql, error }, result) {
  if (error !== undefined && !errorsOfDatabases.has(error)) {
    return result.kind === "failed" && result.error.kind === "django-rejected"
      ? undefined
      : `  Django: ${error}\n  we: ${shown(result)}`;
  }
  if (!sql) {
    return result.kind === "compiled" || error !== undefined
      ? undefined
      : `  Django: nothing\n  we: ${shown(result)}`;
  }
  const made = result.kind === "compiled" ? result.statements[0]?.sql : undefined;
  if (made !== undefined && (await normal(made)) === (await normal(numbered(sql)))) return undefined;
  return `  Django: ${numbered(sql)}\n  we: ${shown(result)}`;
}

/** @param {any} result */
function shown(result) {
  return result.kind === "failed"
    ? `${result.error.kind}: ${result.error.message}`
    : (result.statements[0]?.sql ?? "nothing");
}

/** Django's `%s` as PostgreSQL's `$n`. @param {string} sql */
function numbered(sql) {
  let count = 0;
  return sql.replace(/%s|%%/g, (found) => (found === "%%" ? "%" : `$${++count}`));
}

/** The parse tree without positions; the text itself where the grammar refuses it. @param {string} sql */
async function normal(sql) {
  const parsed = await parseSql(sql);
  if (parsed.kind === "failed") return sql;
  return JSON.stringify(parsed.statements, (key, value) =>
    /^location$|_location$/.test(key) ? undefined : value,
  );
}

/**
 * A copy of the build with another Django; the build itself where it has this one.
 * @param {string} version
 */
async function bundleWith(version) {
  const required = readFileSync(inRepository("scripts/bundled-django.txt"), "utf8");
  if (required.includes(`Django==${version} `)) return inRepository("dist");
  const wheels = inRepository(`.venvs/django-${version.split(".").slice(0, 2).join(".")}-wheels`);
  if (!existsSync(wheels)) throw new Error(`${wheels} is missing: the oracle's tests fetch it`);
  const bundle = join(temporary, version);
  for (const part of ["pyodide", "bridge"])
    cpSync(inRepository(`dist/${part}`), join(bundle, part), { recursive: true });
  const packing = join(temporary, `wheels-${version}`);
  cpSync(wheels, packing, { recursive: true, filter: (file) => file === wheels || file.endsWith(".whl") });
  await packWheels(packing);
  cpSync(join(packing, "django.zip"), join(bundle, "pyodide", "django.zip"));
  writeFileSync(join(bundle, "pyodide", "key"), version);
  return bundle;
}
