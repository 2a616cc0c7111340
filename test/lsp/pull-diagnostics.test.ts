import { describe, expect, it } from "vitest";
import { useSessions } from "./support/sessions.ts";

const sessions = useSessions();

const view =
  "def view(request):\n    orders = Order.objects.all()\n    for row in orders:\n        print(row.owner)\n";

describe("textDocument/diagnostic", () => {
  it("shows the finding on the queryset, with its evidence, its rule's page and what it costs", async () => {
    const client = await sessions.start();
    await client.open("views.py", view);

    const [finding] = await client.diagnostics("views.py");

    expect(finding).toMatchObject({
      severity: 2,
      code: "QS101",
      source: "queryscope",
      message: 'Reads "owner" for each row.\n50 rows: 51 queries → 1\nLoad it with the rows.',
      codeDescription: {
        href: "https://github.com/queryscope/queryscope/blob/main/docs/rules/n-plus-one-forward.md",
      },
    });
    expect(client.textAt("views.py", finding?.range ?? never())).toBe("Order.objects.all()");
    const evidence = finding?.relatedInformation?.map(({ message, location }) => [
      message,
      location.uri === client.uri("views.py") && client.textAt("views.py", location.range),
    ]);
    expect(evidence).toEqual([
      ["queryset", "Order.objects.all()"],
      ["access", "row.owner"],
    ]);
  });

  it("hints where the rows are read, also in another file, and points to the queryset", async () => {
    const client = await sessions.start({ "helpers.py": "def show(row):\n    return row.owner\n" });
    await client.open("views.py", "orders = Order.objects.all()\n");
    await client.open("helpers.py", "def show(row):\n    return row.owner\n");

    const hints = await client.diagnostics("helpers.py");

    expect(hints).toHaveLength(1);
    expect(hints[0]).toMatchObject({
      severity: 4,
      code: "QS101",
      message: 'Each row read here runs a query for "owner": not loaded by the queryset in views.view.',
      relatedInformation: [
        {
          location: { uri: client.uri("views.py"), range: client.rangeOf("views.py", "Order.objects.all()") },
        },
      ],
    });
    expect(client.textAt("helpers.py", hints[0]?.range ?? never())).toBe("row.owner");
  });

  it("answers with the same result id, and no diagnostics, while they are the same", async () => {
    const client = await sessions.start();
    await client.open("views.py", view);
    const first = await client.pull("views.py");
    await client.replace("views.py", "print", "trace");

    const second = await client.pull("views.py", first.resultId);

    expect(second).toEqual({ kind: "unchanged", resultId: first.resultId });
    await client.replace("views.py", "request", "http_request");
    await client.replace("views.py", "orders = ", "all_orders = ");
    const third = await client.pull("views.py", first.resultId);
    expect(third.kind).toBe("full");
    expect(third.resultId).not.toBe(first.resultId);
  });

  it("gives a document without findings a result id as well", async () => {
    const client = await sessions.start();
    await client.open("views.py", "x = 1\n");
    const first = await client.pull("views.py");
    expect(first).toMatchObject({ kind: "full", items: [] });
    expect(await client.pull("views.py", first.resultId)).toMatchObject({ kind: "unchanged" });
  });

  it("waits for the analysis of the version that the client has", async () => {
    const client = await sessions.start();
    await client.open("views.py", "x = 1\n");
    await client.pull("views.py");
    await client.replace("views.py", "x = 1", "x = Order.objects.all()");
    expect(await client.diagnostics("views.py")).toHaveLength(1);
  });

  it("has nothing to say about files outside of the folder and documents that are not on disk", async () => {
    const client = await sessions.start();
    for (const uri of [
      "file:///elsewhere/views.py",
      "untitled:Untitled-1",
      "git:/views.py?HEAD",
      "not a uri",
    ]) {
      await client.open(uri, view);
      expect(await client.pull(uri)).toMatchObject({ kind: "full", items: [] });
    }
  });

  it("answers a cancelled request with the error for it, and the next one rightly", async () => {
    const client = await sessions.start({ "models.py": "x = 1\n" });
    await client.connection.sendNotification("fake/hold");
    await client.open("views.py", view);
    const cancelled = client.cancellable("views.py");
    await client.next("fake/waiting");
    cancelled.cancel();
    await expect(cancelled.report).rejects.toMatchObject({ code: -32800 });
    await client.connection.sendNotification("fake/release");
    expect(await client.diagnostics("views.py")).toHaveLength(2);
  });

  it("answers with a preview where an analysis takes long, and has the client ask again for the whole", async () => {
    const client = await sessions.startHeld({});
    await client.connection.sendNotification("fake/preview");
    await client.open("views.py", view);
    await client.next("fake/waiting");
    // As long as the first analysis of a large project.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await client.connection.sendNotification("fake/release");
    await client.pull("views.py");
    await client.connection.sendNotification("fake/hold");
    await client.replace("views.py", "request", "http_request");

    const [preview] = await client.diagnostics("views.py");
    expect(preview?.message).toMatch(/For now\.$/);

    await client.connection.sendNotification("fake/release");
    await client.next("workspace/diagnostic/refresh");
    const [whole] = await client.diagnostics("views.py");
    expect(whole?.message).toMatch(/Load it with the rows\.$/);
  });

  it("cancels an analysis that an edit has overtaken", async () => {
    const client = await sessions.start();
    await client.connection.sendNotification("fake/hold");
    await client.open("views.py", view);
    await client.next("fake/waiting");
    await client.replace("views.py", "Order", "Invoice");
    await client.next("fake/cancelled");
    await client.connection.sendNotification("fake/release");
    const [finding] = await client.diagnostics("views.py");
    expect(client.textAt("views.py", finding?.range ?? never())).toBe("Invoice.objects.all()");
  });

  it("keeps the last good diagnostics when the analysis fails, and logs the reason", async () => {
    const client = await sessions.start();
    await client.open("views.py", view);
    expect(await client.diagnostics("views.py")).toHaveLength(2);
    await client.connection.sendNotification("fake/fail", "the dog ate it");
    await client.replace("views.py", "print", "log");
    expect(await client.diagnostics("views.py")).toHaveLength(2);
    const log = await client.next<{ type: number; message: string }>("window/logMessage");
    expect(log.type).toBe(1);
    expect(log.message).toContain("the dog ate it");
    await client.connection.sendNotification("fake/fail", null);
    await client.replace("views.py", "Order", "order");
    expect(await client.diagnostics("views.py")).toEqual([]);
  });

  it("asks for a refresh when the disk changed what an open document shows", async () => {
    const client = await sessions.start({ "helpers.py": "def show(row):\n    return row.owner\n" });
    await client.open("helpers.py", "def show(row):\n    return row.owner\n");
    expect(await client.diagnostics("helpers.py")).toEqual([]);
    await client.writeFile("views.py", "orders = Order.objects.all()\n");
    await client.next("workspace/diagnostic/refresh");
    expect(await client.diagnostics("helpers.py")).toHaveLength(1);
  });
});

function never(): never {
  throw new Error("expected a diagnostic");
}
