/** A language server of its own process, spoken to as an editor does. */
import { spawn } from "node:child_process";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

/**
 * @typedef {object} LanguageServer
 * @property {import("vscode-languageserver-protocol/node").MessageConnection} connection initialized
 * @property {number} pid
 * @property {() => Promise<void>} stop ends it and waits for its end
 */

/**
 * @param {string} program
 * @param {string} folder that it opens
 * @param {Readonly<Record<string, string>>} [variables] besides those of this process
 * @returns {Promise<LanguageServer>}
 */
export async function startLanguageServer(program, folder, variables = {}) {
  const server = spawn(process.execPath, [program, "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...variables },
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  connection.listen();
  const rootUri = pathToFileURL(folder).href;
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: basename(folder) }],
    capabilities: {
      textDocument: { diagnostic: {}, synchronization: {} },
      workspace: { diagnostics: { refreshSupport: true } },
    },
  });
  // Whoever wants to know that it asks for diagnostics to be pulled again can take the request over.
  connection.onRequest("workspace/diagnostic/refresh", () => {});
  await connection.sendNotification("initialized", {});
  return {
    connection,
    pid: server.pid ?? 0,
    async stop() {
      connection.dispose();
      server.kill();
      await ended;
    },
  };
}
