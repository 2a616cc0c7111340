/**
 * Findings of real projects with and without their dependencies installed.
 *
 *   node test/bench/environments.mjs [--details FILE] [--no-results] PROJECT…
 *
 * A project is the folder of an unpacked wheel. What its metadata requires is installed, from wheels alone and without
 * what these require in turn, into an environment in the cache (`QUERYSCOPE_PROJECTS`, else
 * `~/.cache/queryscope/projects`); a package without a wheel is left out and named. The table goes to standard output,
 * and with its origin to test/bench/results/environments.json; `--details` writes the findings that differ.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.mjs";
import { Refusal, runMain, say } from "../../scripts/support/repository.mjs";
import { checkProject, identityOf } from "../ecosystem/support/check-project.mjs";
import { originOfResult } from "./support/origin.mjs";

/** @typedef {import("../ecosystem/support/check-project.mjs").Finding} Finding */

const results = "test/bench/results/environments.json";

/** The newest Python that the wheels of the projects are made for. */
const python = "3.13";

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { details: { type: "string" }, "no-results": { type: "boolean" } },
  });
  if (positionals.length === 0) throw new Refusal("usage: node test/bench/environments.mjs PROJECT…");
  await build();
  const origin = originOfResult();
  const details = [];
  const projects = [];
  // Written after each project: a run over many takes long, and may be ended before.
  for (const path of positionals) {
    const { differences, ...project } = compareProject(resolve(path));
    projects.push(project);
    details.push({ project: project.project, differences });
    if (values.details !== undefined)
      writeFileSync(resolve(values.details), `${JSON.stringify(details, undefined, 2)}\n`);
    if (!values["no-results"]) await writeResult(results, { ...origin, python, projects });
  }
  console.log(table(projects));
  return 0;
});

/** @param {string} folder */
function compareProject(folder) {
  const { project, version } = identityOf(folder);
  const environment = join(
    process.env.QUERYSCOPE_PROJECTS ?? join(homedir(), ".cache/queryscope/projects"),
    "site-packages",
    `${project}-${version}`,
  );
  const missing = install(environment, requirementsOf(folder));
  say(`${project} ${version} without and with ${environment}`);
  const without = findingsOf(folder, undefined);
  const withThem = findingsOf(folder, environment);
  const keysWithout = countsByKey(without.findings);
  const keysWith = countsByKey(withThem.findings);
  const onlyWithout = without.findings.filter((finding) => !keysWith.has(keyOf(finding)));
  const onlyWith = withThem.findings.filter((finding) => !keysWithout.has(keyOf(finding)));
  return {
    project,
    version,
    packages: readdirSync(sitePackages(environment)).filter((name) => name.endsWith(".dist-info")).length,
    missing,
    without: without.findings.length,
    with: withThem.findings.length,
    onlyWithout: onlyWithout.length,
    onlyWith: onlyWith.length,
    problems: [without.problems.length, withThem.problems.length],
    differences: { onlyWithout, onlyWith, problems: withThem.problems },
  };
}

/**
 * @param {string} folder
 * @param {string | undefined} environment
 */
function findingsOf(folder, environment) {
  const { report, errors } = checkProject(folder, environment);
  if (report === undefined) throw new Refusal(`${folder}: no report: ${errors.trim()}`);
  return report;
}

/** What a finding keeps while confidence, evidence and fixes change.
 * @param {Finding} finding
 */
function keyOf({ code, path, symbol, relationPaths, fields }) {
  return [code, path, symbol, relationPaths.join(), fields.join()].join(" ");
}

/** @param {readonly Finding[]} findings */
function countsByKey(findings) {
  return new Set(findings.map(keyOf));
}

/**
 * What the project requires without its optional features.
 * @param {string} folder
 */
function requirementsOf(folder) {
  const metadata = readdirSync(folder).find((name) => name.endsWith(".dist-info"));
  if (metadata === undefined) throw new Refusal(`${folder} is no unpacked wheel`);
  const text = readFileSync(join(folder, metadata, "METADATA"), "utf8");
  return [...text.matchAll(/^Requires-Dist: (.*)$/gm)]
    .map(([, requirement]) => requirement?.trim() ?? "")
    .filter((requirement) => !/;.*\bextra\b/.test(requirement));
}

/** @param {string} environment */
function sitePackages(environment) {
  return join(environment, `lib/python${python}/site-packages`);
}

/**
 * In an environment that was made before, only what failed then is tried again.
 * @param {string} environment
 * @param {readonly string[]} requirements
 * @returns {readonly string[]} those that have no wheel
 */
function install(environment, requirements) {
  const done = join(environment, "missing.json");
  const wanted = existsSync(done) ? JSON.parse(readFileSync(done, "utf8")) : requirements;
  mkdirSync(sitePackages(environment), { recursive: true });
  const missing = installSome(sitePackages(environment), wanted);
  writeFileSync(join(environment, "pyvenv.cfg"), `version = ${python}\n`);
  writeFileSync(done, JSON.stringify(missing));
  return missing;
}

/**
 * All at once, or in halves where that fails: pip installs nothing when one of them has no wheel.
 * @param {string} target
 * @param {readonly string[]} requirements
 * @returns {readonly string[]}
 */
function installSome(target, requirements) {
  if (requirements.length === 0) return [];
  say(`installing ${requirements.length} packages into ${target}`);
  const { status } = spawnSync(
    "python3",
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"]
      .concat(["--only-binary=:all:", "--python-version", python, "--target", target, "--upgrade"])
      .concat(requirements),
    { stdio: ["ignore", "ignore", "ignore"] },
  );
  if (status === 0) return [];
  if (requirements.length === 1) return requirements;
  const middle = Math.ceil(requirements.length / 2);
  return [
    ...installSome(target, requirements.slice(0, middle)),
    ...installSome(target, requirements.slice(middle)),
  ];
}

/** @param {readonly { project: string, version: string, packages: number, missing: readonly string[], without: number, with: number, onlyWithout: number, onlyWith: number }[]} projects */
function table(projects) {
  return [
    "| project | packages | without wheel | findings without | with | only without | only with |",
    "|---|---|---|---|---|---|---|",
    ...projects.map(
      (row) =>
        `| ${row.project} ${row.version} | ${row.packages} | ${row.missing.length} | ${row.without} | ${row.with} | ${row.onlyWithout} | ${row.onlyWith} |`,
    ),
  ].join("\n");
}
