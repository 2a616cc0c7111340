import { describe, expect, it } from "vitest";
import type { WorkspaceDocumentDiagnosticReport } from "vscode-languageserver-protocol";
import { registeringCapabilities, type TestClient } from "./support/client.ts";
import { useSessions } from "./support/sessions.ts";

const sessions = useSessions();

const files = {
  "shop/views.py": "orders = Order.objects.all()\n",
  "shop/helpers.py": "def show(row):\n    return row.owner\n",
  "shop/models.py": "class Order: ...\n",
};

const idsOf = (items: readonly WorkspaceDocumentDiagnosticReport[]) =>
  items.map(({ uri, resultId = "" }) => ({ uri, value: resultId }));

const pathsOf = (client: TestClient, items: readonly WorkspaceDocumentDiagnosticReport[]) =>
  Object.keys(files).filter((path) => items.some(({ uri }) => uri === client.uri(path)));

describe("workspace/diagnostic", () => {
  it("reports every file with findings, open or not", async () => {
    const client = await sessions.start(files);
    const { items } = await client.pullWorkspace();
    expect(pathsOf(client, items)).toEqual(["shop/views.py", "shop/helpers.py"]);
    expect(items.every(({ kind, version }) => kind === "full" && version === null)).toBe(true);
  });

  it("waits while nothing differs from what the client has, and answers with what changed", async () => {
    const client = await sessions.start(files);
    const { items } = await client.pullWorkspace();
    let answered = false;
    const parked = client.pullWorkspace(idsOf(items)).finally(() => {
      answered = true;
    });
    // An edit that changes no diagnostics: the analysis runs, the request goes on waiting.
    await client.open("shop/models.py", files["shop/models.py"]);
    await client.pull("shop/models.py");
    expect(answered).toBe(false);

    await client.replace("shop/models.py", "class Order: ...", "invoices = Invoice.objects.all()");
    const changed = (await parked).items;
    expect(changed.map(({ uri, version }) => [uri, version])).toEqual([
      [client.uri("shop/helpers.py"), null],
      [client.uri("shop/models.py"), 2],
    ]);
  });

  it("clears a file whose last finding is gone", async () => {
    const client = await sessions.start(files);
    const { items } = await client.pullWorkspace();
    await client.writeFile("shop/views.py", "orders = []\n");
    const cleared = await client.pullWorkspace(idsOf(items));
    expect(cleared.items).toHaveLength(2);
    expect(cleared.items.every((item) => item.kind === "full" && item.items.length === 0)).toBe(true);
  });

  it("does not take a client's own spelling of a URI for another file", async () => {
    const client = await sessions.start(files);
    const { items } = await client.pullWorkspace();
    const known = idsOf(items).map(({ uri, value }) => ({ uri: decodeURIComponent(uri), value }));
    let answered = false;
    client.pullWorkspace(known).then(
      () => {
        answered = true;
      },
      () => {},
    );
    await client.open("shop/models.py", files["shop/models.py"]);
    await client.pull("shop/models.py");
    expect(answered).toBe(false);
  });

  it("can be cancelled while it waits", async () => {
    const client = await sessions.start({});
    const parked = client.cancellableWorkspacePull();
    await client.open("models.py", "x = 1\n");
    await client.pull("models.py");
    parked.cancel();
    await expect(parked.report).rejects.toMatchObject({ code: -32800 });
  });
});

describe("the setting diagnosticMode", () => {
  it("decides whether the client is told of workspace diagnostics", async () => {
    const client = await sessions.start(files, {
      capabilities: registeringCapabilities,
      settings: { diagnosticMode: "openFiles" },
    });
    expect(await nextRegistration(client)).toMatchObject({ workspaceDiagnostics: false });
    await client.configure({ diagnosticMode: "workspace" });
    expect(await nextRegistration(client)).toMatchObject({ workspaceDiagnostics: true });
    await client.configure({ diagnosticMode: "off" });
    await client.next("client/unregisterCapability");
  });

  it("limits the answer for a client that cannot register, and clears what it had before", async () => {
    const client = await sessions.start(files);
    const { items } = await client.pullWorkspace();
    await client.open("shop/helpers.py", files["shop/helpers.py"]);
    await client.configure({ diagnosticMode: "openFiles" });
    const limited = await client.pullWorkspace(idsOf(items));
    expect(limited.items).toMatchObject([{ uri: client.uri("shop/views.py"), items: [] }]);
  });

  it("silences everything when it is off", async () => {
    const client = await sessions.start(files, { settings: { diagnosticMode: "off" } });
    await client.open("shop/views.py", files["shop/views.py"]);
    expect(await client.diagnostics("shop/views.py")).toEqual([]);
    await client.configure({ diagnosticMode: "openFiles" });
    await client.next("workspace/diagnostic/refresh");
    expect(await client.diagnostics("shop/views.py")).toHaveLength(1);
  });
});

describe("the command checkWorkspace", () => {
  it("turns workspace diagnostics on and answers the number of findings", async () => {
    const client = await sessions.start(files, {
      capabilities: registeringCapabilities,
      settings: { diagnosticMode: "openFiles" },
    });
    expect(await nextRegistration(client)).toMatchObject({ workspaceDiagnostics: false });
    const result = await client.connection.sendRequest("workspace/executeCommand", {
      command: "queryscope.server.checkWorkspace",
    });
    expect(result).toEqual({ files: 3, findings: 1 });
    expect(await nextRegistration(client)).toMatchObject({ workspaceDiagnostics: true });
  });

  it("is the only one", async () => {
    const client = await sessions.start();
    const unknown = client.connection.sendRequest("workspace/executeCommand", { command: "rm" });
    await expect(unknown).rejects.toMatchObject({ code: -32602 });
  });
});

interface Registrations {
  readonly registrations: readonly { readonly method: string; readonly registerOptions: unknown }[];
}

async function nextRegistration(client: TestClient): Promise<unknown> {
  const { registrations } = await client.next<Registrations>("client/registerCapability", (params) =>
    params.registrations.some(({ method }) => method === "textDocument/diagnostic"),
  );
  return registrations[0]?.registerOptions;
}
