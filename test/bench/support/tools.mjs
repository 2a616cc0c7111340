/** The tools that are compared: how each is installed, started on a folder, and how its findings are counted. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inRepository, Refusal, say } from "../../../scripts/support/repository.mjs";
import { run } from "../../../scripts/support/run.mjs";

/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} version
 * @property {string} program
 * @property {readonly string[]} args run in the project's folder
 * @property {(output: string) => number} findings counted in what it writes to standard output
 */

const peers = [
  {
    name: "djch",
    version: "0.1.9",
    args: ["check"],
    findings: (/** @type {string} */ output) => output.match(/^\S.*:\d+:\d+: \[/gm)?.length ?? 0,
  },
  {
    name: "django-lsp",
    version: "0.6.2",
    args: ["check", ".", "--format", "json"],
    findings: (/** @type {string} */ output) => JSON.parse(output).length,
  },
];

/**
 * Queryscope as it was built, and its peers in a virtual environment that is made if need be.
 * @param {string} version of Queryscope
 * @returns {Promise<readonly Tool[]>}
 */
export async function prepareTools(version) {
  const environment = inRepository(".venvs/peers");
  await ensureEnvironment(environment);
  return [
    {
      name: "queryscope",
      version,
      program: process.execPath,
      args: [inRepository("dist/cli.cjs"), "check", ".", "--output-format", "json", "--no-cache"],
      findings: (output) => JSON.parse(output).findings.length,
    },
    ...peers.map((peer) => ({ ...peer, program: join(environment, "bin", peer.name) })),
  ];
}

/** @param {string} folder */
async function ensureEnvironment(folder) {
  if (peers.every(({ name }) => existsSync(join(folder, "bin", name)))) return;
  say(`installing ${peers.map(({ name }) => name).join(" and ")} …`);
  const pip = [join(folder, "bin/python"), "-m", "pip", "install", "--quiet"];
  const packages = peers.map(({ name, version }) => `${name}==${version}`);
  for (const [program = "", ...args] of [
    ["python3", "-m", "venv", folder],
    [...pip, ...packages],
  ]) {
    const { status, output } = await run(program, args, { output: "capture" });
    if (status !== 0) throw new Refusal(`${program} ${args.join(" ")} failed: ${output.trim()}`);
  }
}
