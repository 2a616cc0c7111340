/** Builds the VS Code extension into an installable `queryscope-<version>.vsix`. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ensurePackages } from "./support/packages.mjs";
import { inRepository, isMain, Refusal, root, runMain, say } from "./support/repository.mjs";
import { commandOf, run } from "./support/run.mjs";

/**
 * Builds what changed and packages it.
 * @param {{ output?: string }} [options] where to write the file, relative to the repository
 * @returns {Promise<string>} the path of the package
 */
export async function packageExtension({ output } = {}) {
  await ensurePackages();
  const { build } = await import("./build.mjs");
  await build();
  const { version } = JSON.parse(readFileSync(inRepository("package.json"), "utf8"));
  const file = output ?? `queryscope-${version}.vsix`;
  // Everything that is needed at run time is in the bundles. The page in the editor is not the repository's.
  const args = ["package", "--no-dependencies", "--readme-path", "docs/vscode.md", "--out", file];
  const { status, output: log } = await run(process.execPath, [commandOf("@vscode/vsce", "vsce"), ...args], {
    output: "capture",
  });
  if (status !== 0) throw new Refusal(`vsce could not make the package:\n${log}`);
  say(`packaged ${file}; install it with: code --install-extension ${file}`);
  return resolve(root, file);
}

if (isMain(import.meta)) {
  await runMain(async () => {
    await packageExtension();
  });
}
