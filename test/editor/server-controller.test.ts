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
  window: { showWarningMessage: shown },
}));

const shown = vi.hoisted(() => vi.fn());
const sent = vi.hoisted((): { params: unknown }[] => []);
/** Ends the server before it answers. */
const dying = vi.hoisted(() => ({ now: false }));

/** A client whose connection is a real one, to a server that keeps what it is sent. */
vi.mock("../../src/language-client.ts", () => ({
  createClient: () => {
    const [toServer, toClient] = [new PassThrough(), new PassThrough()];
    const server = createMessageConnection(toServer, toClient);
    const client = createMessageConnection(toClient, toServer);
    server.onRequest((_, ...params) => {
      sent.push({ params });
      if (!dying.now) return [];
      client.dispose();
      return new Promise(() => {});
    });
    server.listen();
    client.listen();
    return { start: async () => {}, sendRequest: client.sendRequest.bind(client) };
  },
}));

function controllerShowing(show: () => void): ServerController {
  return new ServerController(
    "server.cjs",
    { error: show } as unknown as LogOutputChannel,
    { show } as unknown as ServerStatusItem,
  );
}

it("sends a command as the one parameter of its request, with and without a token", async () => {
  const show = vi.fn();
  const controller = controllerShowing(show);
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

it("says that the server ended before it answered, and gives no answer", async () => {
  const controller = controllerShowing(() => {});
  await controller.start();
  dying.now = true;
  expect(await controller.changeBaseline("add", [])).toEqual([]);
  expect(shown).toHaveBeenCalledExactlyOnceWith("Queryscope's server ended before it answered. Try again.");
});
