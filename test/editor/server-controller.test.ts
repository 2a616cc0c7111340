import { PassThrough } from "node:stream";
import { expect, it, vi } from "vitest";
import type { LogOutputChannel } from "vscode";
import { createMessageConnection } from "vscode-languageserver-protocol/node";
import { ServerController } from "../../src/server-controller.ts";
import type { ServerStatusItem } from "../../src/server-status-item.ts";

vi.mock("vscode", async () => ({
  ...(await import("./support/localization.ts")),
  EventEmitter: class {
    fire(): void {}
  },
}));

const sent = vi.hoisted((): { params: unknown }[] => []);

/** A client whose connection is a real one, to a server that keeps what it is sent. */
vi.mock("../../src/language-client.ts", () => ({
  createClient: () => {
    const [toServer, toClient] = [new PassThrough(), new PassThrough()];
    const server = createMessageConnection(toServer, toClient);
    server.onRequest((_, ...params) => {
      sent.push({ params });
      return [];
    });
    server.listen();
    const client = createMessageConnection(toClient, toServer);
    client.listen();
    return { start: async () => {}, sendRequest: client.sendRequest.bind(client) };
  },
}));

it("sends a command as the one parameter of its request, with and without a token", async () => {
  const show = vi.fn();
  const controller = new ServerController(
    "server.cjs",
    { error: show } as unknown as LogOutputChannel,
    { show } as unknown as ServerStatusItem,
  );
  await controller.start();
  const isCancellationRequested = false;
  const onCancellationRequested = () => ({ dispose: () => {} });
  await controller.changeBaseline("add", []);
  await controller.projectOverview(true, { isCancellationRequested, onCancellationRequested });
  expect(sent).toMatchObject([
    { params: [{ command: "queryscope.server.changeBaseline" }, expect.anything()] },
    { params: [{ command: "queryscope.server.projectOverview" }, expect.anything()] },
  ]);
  expect(show).not.toHaveBeenCalled();
});
