/** The real server over a fake analysis: started as a process by the tests. */
import { readFileSync } from "node:fs";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { startServer } from "../../../server/src/lsp/server.ts";
import { nodeFileSystem } from "../../../server/src/platform/node-file-system.ts";
import { createPythonParser } from "../../../server/src/syntax/python-parser.ts";
import { FakeWorkspace, type Gate } from "./fake-workspace.ts";

const connection = createConnection(ProposedFeatures.all);

let held = process.argv.includes("--held");
let failure: string | undefined;
let release: () => void = () => {};
let previews = false;
const gate: Gate = {
  get previews() {
    return previews;
  },
  async pass(isCancelled) {
    if (held) void connection.sendNotification("fake/waiting");
    while (held && !isCancelled()) {
      await new Promise<void>((resolve) => {
        release = resolve;
        setTimeout(resolve, 5);
      });
    }
    if (isCancelled()) void connection.sendNotification("fake/cancelled");
    if (failure !== undefined) throw new Error(failure);
  },
};
connection.onNotification("fake/hold", () => {
  held = true;
});
connection.onNotification("fake/release", () => {
  held = false;
  release();
});
connection.onNotification("fake/preview", () => {
  previews = true;
});
connection.onNotification("fake/fail", (reason: string | null) => {
  failure = reason ?? undefined;
});

startServer(
  {
    version: "0.0.0-test",
    files: nodeFileSystem,
    memory: { busyTime: () => 0, heldBytes: () => 0, release() {} },
    embeddedPostgres: new URL("file:///nowhere/"),
    rules: [
      {
        code: "QS101",
        name: "n-plus-one-forward",
        summary: "A relation is read for each row",
        level: "warning",
        fix: "safe",
        stage: 1,
      },
    ],
    pythonParser: () =>
      createPythonParser({
        runtime: readFileSync(new URL("web-tree-sitter.wasm", import.meta.url)),
        grammar: readFileSync(new URL("tree-sitter-python.wasm", import.meta.url)),
      }),
    openWorkspace: async ({ folder }) => new FakeWorkspace(folder, gate),
  },
  connection,
);
