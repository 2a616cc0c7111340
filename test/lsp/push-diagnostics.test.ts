import { describe, expect, it } from "vitest";
import type { PublishDiagnosticsParams } from "vscode-languageserver-protocol";
import { pushCapabilities, type TestClient } from "./support/client.ts";
import { useSessions } from "./support/sessions.ts";

const sessions = useSessions();

const nextPublished = (client: TestClient, path: string): Promise<PublishDiagnosticsParams> =>
  client.next<PublishDiagnosticsParams>(
    "textDocument/publishDiagnostics",
    ({ uri }) => uri === client.uri(path),
  );

describe("textDocument/publishDiagnostics", () => {
  it("is sent to clients that cannot pull, with the version of the document", async () => {
    const client = await sessions.start({}, { capabilities: pushCapabilities });
    await client.open("views.py", "orders = Order.objects.all()\n");
    expect(await nextPublished(client, "views.py")).toMatchObject({
      version: 1,
      diagnostics: [{ code: "QS101" }],
    });
    await client.replace("views.py", "Order", "order");
    expect(await nextPublished(client, "views.py")).toMatchObject({ version: 2, diagnostics: [] });
  });

  it("leaves the version out for clients that do not know it", async () => {
    const client = await sessions.start({}, { capabilities: {} });
    await client.open("views.py", "orders = Order.objects.all()\n");
    expect(await nextPublished(client, "views.py")).not.toHaveProperty("version");
  });

  it("is not sent to clients that pull", async () => {
    const client = await sessions.start();
    await client.open("views.py", "orders = Order.objects.all()\n");
    await client.pull("views.py");
    expect(client.received.filter(({ method }) => method === "textDocument/publishDiagnostics")).toEqual([]);
  });

  it("clears a document that is closed", async () => {
    const client = await sessions.start({}, { capabilities: pushCapabilities });
    await client.open("views.py", "orders = Order.objects.all()\n");
    await nextPublished(client, "views.py");
    await client.close("views.py");
    expect((await nextPublished(client, "views.py")).diagnostics).toEqual([]);
  });

  it("reaches files that are not open when the whole workspace is wanted", async () => {
    const client = await sessions.start(
      { "views.py": "orders = Order.objects.all()\n" },
      { capabilities: pushCapabilities, settings: { diagnosticMode: "workspace" } },
    );
    expect((await nextPublished(client, "views.py")).diagnostics).toHaveLength(1);
    await client.writeFile("views.py", "orders = []\n");
    expect((await nextPublished(client, "views.py")).diagnostics).toEqual([]);
  });
});
