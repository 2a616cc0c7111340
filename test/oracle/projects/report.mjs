/** Prints the last comparison of estimates with measured queries as a table: node test/oracle/projects/report.mjs [--all] */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { inRepository, runMain } from "../../../scripts/support/repository.mjs";

const agreements = /** @type {const} */ (["exact", "over", "under", "unknown"]);

/**
 * @typedef {{ name: string, agreement: string, measured: string, estimated: string }} Compared
 * @typedef {{ version: string, measured: number, exact: number, over: number, under: number, unknown: number, apart: number, endpoints: readonly Compared[] }} Figures
 */

await runMain(async () => {
  const { values } = parseArgs({ options: { all: { type: "boolean", default: false } } });
  const { commit, date, tests } = JSON.parse(
    readFileSync(inRepository("test/bench/results/estimates.json"), "utf8"),
  );
  /** @type {readonly { name: string, figures: Figures }[]} */
  const projects = tests.filter((/** @type {any} */ { figures }) => figures !== undefined);
  console.log(`Commit ${commit.slice(0, 12)}, ${date.slice(0, 10)}.\n`);
  printTable(
    ["project", "measured", ...agreements, "exact shape", "errors and redirects"],
    [
      ...projects.map(({ name, figures }) => row(nameOf(name, figures), figures)),
      row("**all**", sumOf(projects)),
    ],
  );
  for (const { name, figures } of projects) {
    const shown = figures.endpoints.filter(({ agreement }) => values.all || agreement !== "exact");
    console.log(`\n## ${nameOf(name, figures)}\n`);
    printTable(
      ["endpoint", "", "measured", "estimated"],
      shown.map(({ name, agreement, measured, estimated }) => [name, agreement, measured, estimated]),
    );
  }
});

/** @param {string} name @param {Figures} figures */
function nameOf(name, { version }) {
  return `${name.split(" ").at(-1)} ${version}`;
}

/** @param {string} name @param {Omit<Figures, "version" | "endpoints">} figures */
function row(name, figures) {
  return [
    name,
    figures.measured,
    ...agreements.map((agreement) => figures[agreement]),
    `${Math.round((100 * figures.exact) / Math.max(1, figures.measured))} %`,
    figures.apart,
  ];
}

/** @param {readonly { figures: Figures }[]} projects */
function sumOf(projects) {
  const sum = { measured: 0, exact: 0, over: 0, under: 0, unknown: 0, apart: 0 };
  for (const { figures } of projects) {
    for (const key of /** @type {(keyof typeof sum)[]} */ (Object.keys(sum))) sum[key] += figures[key];
  }
  return sum;
}

/** @param {readonly string[]} head @param {readonly (readonly (string | number)[])[]} rows */
function printTable(head, rows) {
  console.log([head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n"));
}
