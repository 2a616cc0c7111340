/**
 * Relations that test suites of real projects were seen to load row by row, and relations that they had loaded before.
 * The first should be reported, the second must not be. Usage:
 *
 *   FIXBENCH_REPOS=<folder with one clone per repository, owner+name> node test/bench/runtime-sites.mjs FOLDER
 *     NAME=OWNER/REPOSITORY@COMMIT… [--verbose]
 *
 * FOLDER has `NAME.jsonl` and `NAME.negatives.jsonl`. A site is found when a finding names the relation last in one of
 * its paths and either reads it at the recorded line or stands where the recorded queryset was built; a line counts
 * within three lines, a class by its file. A negative is reported when a finding stands on its queryset and reads its
 * relation, behind the recorded path, at the recorded line: other code may read rows of the same queryset that it has
 * not loaded.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inRepository } from "../../scripts/support/repository.mjs";
import { gitDirectory, writeTree } from "./support/git-tree.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { verbose: { type: "boolean" } },
});
const [folder, ...projects] = positionals;
const repositories = process.env.FIXBENCH_REPOS;
if (!folder || !repositories || projects.length === 0) {
  console.error(
    "usage: FIXBENCH_REPOS=FOLDER node test/bench/runtime-sites.mjs FOLDER NAME=OWNER/REPOSITORY@COMMIT…",
  );
  process.exit(2);
}

const nearby = 3;

function readLines(name) {
  return readFileSync(join(folder, name), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function findingsOf(repository, commit) {
  const git = gitDirectory(repositories, repository);
  if (!git) throw new Error(`no clone of ${repository} in ${repositories}`);
  const { folder: tree } = writeTree(git, commit);
  try {
    const run = spawnSync(
      process.execPath,
      [
        inRepository("dist/cli.cjs"),
        "check",
        ".",
        "--output-format",
        "json",
        "--exit-zero",
        "--no-cache",
        "--min-level",
        "info",
      ],
      { cwd: tree, maxBuffer: 1 << 30, encoding: "utf8", env: process.env },
    );
    return JSON.parse(run.stdout).findings;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** `shop/views.py:12`, or `shop/serializers.py (TaskSerializer)` */
function placeOf(text) {
  const line = /^(.+):(\d+)$/.exec(text ?? "");
  if (line) return { path: line[1], line: Number(line[2]) };
  const owner = /^(.+) \((.+)\)$/.exec(text ?? "");
  return owner ? { path: owner[1], line: undefined } : undefined;
}

function isAt({ path, range }, place) {
  if (!place || !(path === place.path || place.path.endsWith(`/${path}`))) return false;
  if (place.line === undefined) return true;
  return range.start.line - nearby <= place.line && place.line <= range.end.line + nearby;
}

function endsWith(path, field) {
  return path.split("__").at(-1) === field;
}

function isFound(findings, site) {
  const consumer = placeOf(site.consumer);
  const frame = placeOf(site.nearest_app_frame);
  const queryset = placeOf(site.queryset);
  return findings.some(
    (finding) =>
      finding.accesses.some(
        (access) =>
          endsWith(access.relationPath, site.field) && (isAt(access, consumer) || isAt(access, frame)),
      ) ||
      (finding.relationPaths.some((path) => path.split("__").includes(site.field)) &&
        (isAt(finding.origin, queryset) || isAt(finding, queryset))) ||
      // Queries and aggregates in loops name no relation.
      (["QS104", "QS105", "QS106"].includes(finding.code) &&
        (isAt(finding, consumer) || isAt(finding, frame))),
  );
}

function isReported(findings, site) {
  const queryset = placeOf(site.queryset);
  const consumer = placeOf(site.consumer);
  const behind = [...site.path_from_queryset.filter((name) => !name.includes(":")), site.field].join("__");
  return findings.some(
    (finding) =>
      isAt(finding.origin, queryset) &&
      finding.model === site.model &&
      finding.accesses.some((access) => access.relationPath === behind && isAt(access, consumer)),
  );
}

const percent = (part, whole) => (whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`);
const total = { sites: 0, found: 0, negatives: 0, reported: 0 };
for (const project of projects) {
  const [name, repository, commit] = project.split(/[=@]/);
  const findings = findingsOf(repository, commit);
  const sites = readLines(`${name}.jsonl`).filter((site) => site.class === "n+1");
  const negatives = readLines(`${name}.negatives.jsonl`).filter((site) => !site.also_positive_elsewhere);
  const found = sites.filter((site) => isFound(findings, site));
  const reported = negatives.filter((site) => isReported(findings, site));
  console.log(
    `${name}: ${found.length} of ${sites.length} proved sites found (${percent(found.length, sites.length)}), ${reported.length} of ${negatives.length} negatives reported (${percent(reported.length, negatives.length)})`,
  );
  if (options.verbose) {
    for (const site of sites) {
      const mark = found.includes(site) ? "found " : "missed";
      console.log(
        `  ${mark} ${site.model}.${site.field} at ${site.consumer} (${site.consumer_type}, ${site.kind}), queryset ${site.queryset}`,
      );
    }
    for (const site of reported) {
      console.log(`  reported ${site.model}.${site.field} at ${site.consumer}, queryset ${site.queryset}`);
    }
  }
  total.sites += sites.length;
  total.found += found.length;
  total.negatives += negatives.length;
  total.reported += reported.length;
}
console.log(
  `together: ${total.found} of ${total.sites} found (${percent(total.found, total.sites)}), ${total.reported} of ${total.negatives} negatives reported (${percent(total.reported, total.negatives)})`,
);
