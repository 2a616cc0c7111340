import { afterEach, beforeAll } from "vitest";
import { buildServer } from "./build-server.ts";
import { type ClientOptions, TestClient } from "./client.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface Sessions {
  /** Starts a server over the fake analysis with a folder of these files. */
  start(files?: Readonly<Record<string, string>>, options?: Partial<ClientOptions>): Promise<TestClient>;
  /** Starts a server without the handshake. */
  launch(): TestClient;
}

/** Sessions with the server for the tests of a file; what a test started ends with it. */
export function useSessions(): Sessions {
  let server = "";
  const clients: TestClient[] = [];
  beforeAll(async () => {
    server = await buildServer("./fake-server.ts");
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.kill();
  });
  const keep = (client: TestClient): TestClient => {
    clients.push(client);
    return client;
  };
  return {
    start: async (files = {}, options = {}) =>
      keep(await TestClient.start({ server, folders: [temporaryFolder(files)], ...options })),
    launch: () => keep(TestClient.launch(server)),
  };
}
