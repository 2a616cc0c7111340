import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { registeringCapabilities } from "./support/client.ts";
import { useSessions } from "./support/sessions.ts";

const sessions = useSessions();

describe("initialize", () => {
  it("tells what the server can do", async () => {
    const client = await sessions.start();
    expect(client.initializeResult).toEqual({
      serverInfo: { name: "queryscope", version: "0.0.0-test" },
      capabilities: {
        positionEncoding: "utf-16",
        textDocumentSync: { openClose: true, change: 2 },
        diagnosticProvider: {
          identifier: "queryscope",
          interFileDependencies: true,
          workspaceDiagnostics: true,
        },
        codeActionProvider: {
          codeActionKinds: ["quickfix", "refactor.extract", "refactor.rewrite", "source.fixAll.queryscope"],
          resolveProvider: true,
        },
        completionProvider: { triggerCharacters: ['"', "'", "_", ".", "-"] },
        hoverProvider: true,
        definitionProvider: true,
        documentLinkProvider: {},
        executeCommandProvider: {
          commands: [
            "queryscope.server.checkWorkspace",
            "queryscope.server.explain",
            "queryscope.server.prove",
            "queryscope.server.countRows",
            "queryscope.server.openRulePage",
            "queryscope.server.projectOverview",
            "queryscope.server.suppress",
            "queryscope.server.changeBaseline",
            "queryscope.server.audit",
            "queryscope.server.applyFix",
          ],
        },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    });
  });

  it("registers what changes with the settings, and watches the files that matter", async () => {
    const client = await sessions.start({}, { capabilities: registeringCapabilities });
    expect(client.initializeResult.capabilities.diagnosticProvider).toBeUndefined();
    const methods = [];
    for (let count = 0; count < 3; count++) {
      const { registrations } = await client.next<Registrations>("client/registerCapability");
      methods.push(...registrations.map(({ method }) => method));
    }
    expect(methods.sort()).toEqual([
      "textDocument/diagnostic",
      "workspace/didChangeConfiguration",
      "workspace/didChangeWatchedFiles",
    ]);
  });

  it("is content with a client that can do nothing", async () => {
    const client = await sessions.start({}, { capabilities: {} });
    expect(client.initializeResult.capabilities.codeActionProvider).toBeUndefined();
    await client.open("views.py", "orders = Order.objects.all()\n");
    await client.next("textDocument/publishDiagnostics");
    expect(client.received.filter(({ method }) => method !== "textDocument/publishDiagnostics")).toEqual([]);
    expect(await client.stop()).toBe(0);
  });

  it("takes a folder that is named in the old ways", async () => {
    const text = "orders = Order.objects.all()\n";
    for (const nameRoot of [
      (path: string) => ({ rootUri: `file://${encodeURI(path)}` }),
      (path: string) => ({ rootUri: null, rootPath: path }),
    ]) {
      const folder = sessions.folder({});
      const client = await sessions.start(
        {},
        { folders: [folder], initialize: { workspaceFolders: null, ...nameRoot(folder) } },
      );
      await client.open("views.py", text);
      expect(await client.diagnostics("views.py")).toHaveLength(1);
    }
  });

  it("is refused a second time, and required before anything else", async () => {
    const client = sessions.launch();
    await expect(client.pull("file:///views.py")).rejects.toMatchObject({ code: -32002 });
    const params = { processId: null, rootUri: null, capabilities: {} };
    await client.connection.sendRequest("initialize", params);
    await expect(client.connection.sendRequest("initialize", params)).rejects.toMatchObject({ code: -32600 });
    await expect(client.connection.sendRequest("textDocument/frobnicate", {})).rejects.toMatchObject({
      code: -32601,
    });
  });
});

describe("the end", () => {
  it("exits with 0 after shutdown and exit", async () => {
    const client = await sessions.start();
    expect(await client.stop()).toBe(0);
    expect(client.stderr).toBe("");
  });

  it("exits with 1 when exit comes without shutdown", async () => {
    const client = await sessions.start();
    await client.connection.sendNotification("exit");
    expect(await client.exitCode()).toBe(1);
  });

  it("refuses requests after shutdown, and lets go of those that wait", async () => {
    const client = await sessions.start();
    const parked = client.pullWorkspace();
    await client.connection.sendRequest("shutdown");
    await expect(parked).rejects.toMatchObject({ code: -32802 });
    await expect(client.pull("views.py")).rejects.toMatchObject({ code: -32600 });
    await client.connection.sendNotification("exit");
    expect(await client.exitCode()).toBe(0);
  });

  it("ends when the connection is closed", async () => {
    const client = await sessions.start();
    client.process.stdin?.destroy();
    expect(await client.exitCode()).toBe(1);
  });

  it("ends when the process that started it is gone, although the pipe is still open", async () => {
    const editor = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const client = await sessions.start({}, { initialize: { processId: editor.pid ?? null } });
    editor.kill("SIGKILL");
    await once(editor, "exit");
    expect(await client.exitCode()).toBe(1);
  });
});

describe("malformed messages", () => {
  const raw = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  it.each([
    ["broken JSON", raw('{"jsonrpc": "2.0", "id": 7, "method"')],
    ["JSON that is no message", raw("[1, 2, 3]")],
    ["a request without parameters", raw('{"jsonrpc":"2.0","id":7,"method":"textDocument/diagnostic"}')],
    [
      "parameters of the wrong type",
      raw(
        '{"jsonrpc":"2.0","id":7,"method":"textDocument/codeAction","params":{"textDocument":5,"range":null}}',
      ),
    ],
    [
      "a notification with nonsense",
      raw('{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"a":1}}'),
    ],
    [
      "a change of a document that is not open",
      raw(
        '{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///x.py","version":2},"contentChanges":[{"text":""}]}}',
      ),
    ],
  ])("survives %s", async (_, bytes) => {
    const client = await sessions.start();
    client.process.stdin?.write(bytes);
    await client.open("views.py", "orders = Order.objects.all()\n");
    expect(await client.diagnostics("views.py")).toHaveLength(1);
    expect(await client.stop()).toBe(0);
  });
});

interface Registrations {
  readonly registrations: readonly { readonly method: string }[];
}
