/**
 * FixBench: real fixes of ORM performance problems. The commit before a fix must be reported, the commit after must
 * not. Usage:
 *
 *   FIXBENCH_REPOS=<folder with one clone per repository, owner+name> node test/bench/fixbench.mjs CASES.jsonl
 *     [--consumer NAME,…] [--kind NAME,…] [--repo OWNER/NAME] [--limit N] [--verbose] [--json FILE]
 *
 * A case is hit when a finding's origin is in the case's file, within three lines of one of its sites or inside its
 * function, and names one of its paths (the last segment or a prefix). It is clean when no finding of the fixed tree
 * there names the path. Where a case has no path (writes, questions to the database, loops), a finding of a rule for
 * that kind counts. Trees are written from git without running anything of them.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { importTypeScript } from "./support/bundled.mjs";
import { gitDirectory, writeTree } from "./support/git-tree.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    consumer: { type: "string" },
    kind: { type: "string" },
    repo: { type: "string" },
    limit: { type: "string" },
    verbose: { type: "boolean" },
    json: { type: "string" },
  },
});
const [casesFile] = positionals;
const repositories = process.env.FIXBENCH_REPOS;
if (!casesFile || !repositories) {
  console.error(
    "usage: FIXBENCH_REPOS=FOLDER node test/bench/fixbench.mjs CASES.jsonl [--consumer …] [--repo …]",
  );
  process.exit(2);
}

const { sizeInDefaultScope } = await importTypeScript("test/bench/support/default-scope.ts");

const nearby = 3;
const consumers = options.consumer?.split(",");
const cases = readFileSync(casesFile, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line))
  .filter((item) => !options.kind || options.kind.split(",").includes(item.kind))
  .filter((item) => !consumers || consumers.includes(item.consumer))
  .filter((item) => !options.repo || item.repo === options.repo)
  .slice(0, options.limit ? Number(options.limit) : undefined);

/** @type {Map<string, ReturnType<typeof analyseTree>>} */
const analysed = new Map();

/** The cases of one commit share its analysis. */
function checkTree(repo, commit) {
  const key = `${repo} ${commit}`;
  if (!analysed.has(key)) analysed.set(key, analyseTree(repo, commit));
  return analysed.get(key);
}

function analyseTree(repo, commit) {
  const git = gitDirectory(repositories, repo);
  if (!git) return undefined;
  const { folder, missing } = writeTree(git, commit);
  if (missing > 0) console.error(`${repo} ${commit.slice(0, 8)}: the clone lacks ${missing} files`);
  try {
    const run = spawnSync(
      process.execPath,
      [
        "dist/cli.cjs",
        "check",
        folder,
        "--no-cache",
        "--output-format",
        "json",
        "--exit-zero",
        "--min-level",
        "info",
      ],
      { maxBuffer: 1 << 30, encoding: "utf8" },
    );
    if (!run.stdout) {
      console.error(`no output for ${repo} ${commit}: ${run.stderr.slice(0, 500)}`);
      return undefined;
    }
    const { findings } = JSON.parse(run.stdout);
    const { pythonLines, templateLines } = sizeInDefaultScope(folder);
    return { findings, lines: pythonLines + templateLines };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findingsNear(report, item) {
  return report.findings.filter(({ origin }) => {
    // The report's paths start at the working folder or at the project.
    if (
      !(
        origin.path === item.file ||
        item.file.endsWith(`/${origin.path}`) ||
        origin.path.endsWith(`/${item.file}`)
      )
    ) {
      return false;
    }
    const line = origin.range.start.line;
    const nearSite = item.sites.some(
      (site) => line >= site.start_line - nearby && line <= site.end_line + nearby,
    );
    const inFunction = item.function_start_line <= line && line <= item.function_end_line;
    return nearSite || inFunction;
  });
}

/** The rules that a case without a path calls for, by what it is about. */
const rulesOfKind = {
  bulk_create: /^QS3/,
  bulk_update: /^QS3/,
  exists: /^QS20[1-5]$/,
  exists_in_loop: /^QS10[1-7]$/,
  count_in_loop: /^QS10[1-7]$/,
  get_in_loop: /^QS10[1-7]$/,
  nested_loop: /^QS(10|2[01])\d$/,
  count_in_python: /^QS2[01]\d$/,
};

function namesPath(finding, item) {
  if (item.paths.length === 0) return rulesOfKind[item.kind]?.test(finding.code) ?? false;
  const wanted = item.paths.flatMap((path) => [path, path.split("__").at(-1)]);
  return finding.relationPaths.some((path) =>
    wanted.some(
      (want) =>
        path === want ||
        path.split("__").at(-1) === want ||
        want.startsWith(`${path}__`) ||
        path.startsWith(`${want}__`),
    ),
  );
}

/**
 * A longer path through the same relation is another finding: only reads of the path itself count. Where the finding
 * before the fix names the path as the case does, a path that only ends like it is another one, too.
 */
function readsPath(finding, item, before) {
  if (item.paths.length === 0) return namesPath(finding, item);
  const exact = item.paths.filter((path) => before.some(({ accesses }) => hasPath(accesses, path)));
  if (exact.length > 0) return exact.some((path) => hasPath(finding.accesses, path));
  const wanted = new Set(item.paths.flatMap((path) => [path, path.split("__").at(-1)]));
  return finding.accesses.some(
    ({ relationPath }) => wanted.has(relationPath) || wanted.has(relationPath.split("__").at(-1)),
  );
}

function hasPath(accesses, path) {
  return accesses.some(({ relationPath }) => relationPath === path);
}

const results = [];
for (const item of cases) {
  const before = checkTree(item.repo, item.parent_commit);
  if (!before) continue;
  const near = findingsNear(before, item);
  const hit = near.some((finding) => namesPath(finding, item));
  let clean;
  if (hit) {
    const after = checkTree(item.repo, item.fix_commit);
    const shifted = {
      ...item,
      sites: [],
      function_start_line: item.fix_function_lines?.[0] ?? 0,
      function_end_line: item.fix_function_lines?.[1] ?? 0,
    };
    clean = after && !findingsNear(after, shifted).some((finding) => readsPath(finding, item, near));
  }
  results.push({ ...item, hit, clean, near: near.length });
  if (options.verbose) {
    console.log(
      `${hit ? (clean ? "hit " : "HIT, not clean") : near.length > 0 ? "near" : "miss"}  ${item.id} ${item.file}:${item.start_line} ${item.function} ${item.paths.join(",")} (${item.consumer})`,
    );
  }
}

function table(title, keyOf) {
  const groups = new Map();
  for (const result of results) {
    const key = keyOf(result);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  console.log(`\n| ${title} | cases | hit | clean after the fix |\n|---|---|---|---|`);
  for (const [key, group] of [...groups, ["high confidence", results.filter(isCertain)], ["all", results]]) {
    const hits = group.filter(({ hit }) => hit);
    const percent = group.length > 0 ? Math.round((100 * hits.length) / group.length) : 0;
    console.log(
      `| ${key} | ${group.length} | ${hits.length} (${percent} %) | ${hits.filter(({ clean }) => clean).length} |`,
    );
  }
}

function isCertain({ confidence }) {
  return confidence === "high";
}

table("consumer", ({ consumer }) => consumer);
table("kind", ({ kind }) => kind);
const trees = [...analysed.values()].filter((tree) => tree !== undefined);
const findings = trees.flatMap((tree) => tree.findings);
const eager = findings.filter(({ accesses }) => accesses.length > 0);
const lines = trees.reduce((sum, tree) => sum + tree.lines, 0);
const accesses = eager.reduce((sum, finding) => sum + finding.accesses.length, 0);
console.log(
  `\n${trees.length} trees, ${lines.toLocaleString("en")} lines in default scope: ` +
    `${((1000 * findings.length) / lines).toFixed(2)} findings per 1,000 lines, ` +
    `${(accesses / eager.length).toFixed(2)} accesses per finding`,
);
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`);
