import { afterAll, afterEach, beforeAll } from "vitest";
import { buildServer, removeServer } from "./build-server.ts";
import { type ClientOptions, TestClient } from "./client.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface Sessions {
  /** Starts a server with a folder of these files. */
  start(files?: Readonly<Record<string, string>>, options?: Partial<ClientOptions>): Promise<TestClient>;
  /** The same, with an analysis that waits until it is told to go on: `fake/release`. */
  startHeld(files: Readonly<Record<string, string>>, options?: Partial<ClientOptions>): Promise<TestClient>;
  /** A folder on disk with these files. */
  folder(files: Readonly<Record<string, string>>): string;
  /** Starts a server without the handshake. */
  launch(): TestClient;
}

/** The server over an analysis that tests control. */
const fakeServer = "test/lsp/support/fake-server.ts";

/** The server as it ships. */
export const realServer = "server/src/lsp/main.ts";

/**
 * Sessions with the server for the tests of a file; what a test started ends with it.
 * @param entry of the server, relative to the repository
 */
export function useSessions(entry = fakeServer): Sessions {
  let server = "";
  const clients: TestClient[] = [];
  beforeAll(async () => {
    server = await buildServer(entry);
  });
  afterAll(() => removeServer(server));
  afterEach(() => {
    for (const client of clients.splice(0)) client.kill();
  });
  const keep = (client: TestClient): TestClient => {
    clients.push(client);
    return client;
  };
  const start: Sessions["start"] = async (files = {}, options = {}) =>
    keep(await TestClient.start({ server, folders: [temporaryFolder(files)], ...options }));
  return {
    start,
    startHeld: (files, options = {}) => start(files, { ...options, arguments: ["--held"] }),
    folder: temporaryFolder,
    launch: () => keep(TestClient.launch(server)),
  };
}
