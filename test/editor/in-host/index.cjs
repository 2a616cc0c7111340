/**
 * Loaded by VS Code into its extension host in place of a test runner. Runs the tests of a module one after the other, and
 * writes what came of them: `{ name: null }` for what passed, else the reason.
 */
const { writeFileSync, renameSync } = require("node:fs");
const vscode = require("vscode");

exports.run = async () => {
  const { QUERYSCOPE_TEST_RESULTS: file, QUERYSCOPE_TEST_MODULE: module } = process.env;
  const results = {};
  for (const [name, test] of Object.entries(require(module))) {
    try {
      await test(vscode);
      results[name] = null;
    } catch (error) {
      const extension = vscode.extensions.getExtension("queryscope.queryscope");
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      results[name] = `${reason}\nThe extension is ${extension?.isActive ? "active" : "not active"}.`;
    }
  }
  writeFileSync(`${file}.part`, JSON.stringify(results));
  renameSync(`${file}.part`, file);
};
