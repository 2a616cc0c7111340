import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./repository.mjs";

/**
 * One hash over names and contents of files and folders; missing ones count as empty.
 * @param {readonly string[]} paths relative to the repository
 */
export function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of [...paths].sort()) addTo(hash, path);
  return hash.digest("hex");
}

/**
 * @param {import("node:crypto").Hash} hash
 * @param {string} path
 */
function addTo(hash, path) {
  const absolute = join(root, path);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isDirectory()) {
    for (const name of readdirSync(absolute).sort()) {
      if (name !== "__pycache__") addTo(hash, `${path}/${name}`);
    }
    return;
  }
  hash.update(`${path}\0${stat.size}\0`);
  hash.update(readFileSync(absolute));
}
