/** Where a result comes from: written into every file of results. */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { root } from "../../../scripts/support/repository.mjs";

/** The state of the sources, the time and the machine; results of uncommitted changes say so. */
export function originOfResult() {
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  const sources = [".", ":!test/bench/results"];
  const changed = git("status", "--porcelain", "--untracked-files=no", "--", ...sources) !== "";
  return {
    commit: git("rev-parse", "HEAD"),
    ...(changed ? { uncommittedChanges: true } : {}),
    date: new Date().toISOString(),
    machine: {
      processor: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${process.platform} ${process.arch}`,
      node: process.versions.node,
    },
  };
}
