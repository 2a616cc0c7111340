import { describe, expect, it } from "vitest";
import type { ClientCapabilities, CodeAction } from "vscode-languageserver-protocol";
import { fullCapabilities, pushCapabilities, type TestClient } from "./support/client.ts";
import { useSessions } from "./support/sessions.ts";

const sessions = useSessions();

const titles = (actions: readonly CodeAction[]) => actions.map(({ title }) => title);

async function actionsAt(client: TestClient, path: string, text: string): Promise<CodeAction[]> {
  return await client.codeActions(path, client.rangeOf(path, text));
}

describe("quick fixes", () => {
  it("offers the fix as the preferred action, with the diagnostic that it settles", async () => {
    const client = await sessions.start();
    await client.open("views.py", "orders = Order.objects.all()\nother = 1\n");
    const [fix] = await actionsAt(client, "views.py", "objects");
    expect(fix).toMatchObject({
      title: 'Add select_related("owner")',
      kind: "quickfix",
      isPreferred: true,
      diagnostics: await client.diagnostics("views.py"),
    });
    const elsewhere = client.rangeOf("views.py", "other");
    expect(await client.codeActions("views.py", elsewhere, { only: ["quickfix"] })).toEqual([]);
  });

  it("edits the present version of the document", async () => {
    const client = await sessions.start();
    await client.open("views.py", 'title = "😀"; orders = Order.objects.all()\r\n');
    await client.replace("views.py", "title", "# é\r\ntitle");
    const fix = await client.codeAction("views.py", "Order", 'Add select_related("owner")');
    expect(client.applied("views.py", fix.edit)).toBe(
      '# é\r\ntitle = "😀"; orders = Order.objects.select_related("owner")\r\n',
    );
  });

  it("offers the same fix at the place of reading, saying where it goes", async () => {
    const client = await sessions.start({ "views.py": "x = 1\norders = Order.objects.all()\n" });
    await client.open("helpers.py", "def show(row):\n    return row.owner\n");
    const fix = await client.codeAction(
      "helpers.py",
      "row.owner",
      'Add select_related("owner") (views.py:2)',
    );
    expect(fix.edit?.documentChanges).toEqual([
      {
        textDocument: { uri: client.uri("views.py"), version: null },
        edits: [
          {
            range: { start: { line: 1, character: 22 }, end: { line: 1, character: 28 } },
            newText: '.select_related("owner")',
          },
        ],
      },
    ]);
  });

  it("ignores the ranges of the diagnostics that a client sends back", async () => {
    const client = await sessions.start();
    await client.open("views.py", "é = Order.objects.all()  # é 😀\n");
    const [diagnostic] = await client.diagnostics("views.py");
    const inBytes = {
      ...diagnostic,
      message: "",
      range: { start: { line: 0, character: 5 }, end: { line: 0, character: 40 } },
    };
    const [fix] = await client.codeActions("views.py", client.rangeOf("views.py", "Order"), {
      diagnostics: [inBytes],
    });
    const resolved: CodeAction = await client.connection.sendRequest("codeAction/resolve", fix);
    expect(client.applied("views.py", resolved.edit)).toBe(
      'é = Order.objects.select_related("owner")  # é 😀\n',
    );
  });

  it("asks before an unsafe fix changes several files, and does not prefer it", async () => {
    const client = await sessions.start({ "schema.py": "x = 1\n" });
    await client.open("views.py", "orders = Order.objects.raw()\n");
    const title = 'Load "owner" and index it';
    const fix = await client.codeAction("views.py", "Order", title);
    expect(fix.isPreferred).toBeUndefined();
    expect(fix.edit?.changeAnnotations).toEqual({ review: { label: title, needsConfirmation: true } });
    expect(fix.edit?.documentChanges).toMatchObject([
      { textDocument: { uri: client.uri("views.py"), version: 1 }, edits: [{ annotationId: "review" }] },
      { textDocument: { uri: client.uri("schema.py"), version: null }, edits: [{ annotationId: "review" }] },
    ]);
  });

  it("creates a file that does not exist, or does not offer the fix to a client that cannot", async () => {
    const client = await sessions.start();
    await client.open("views.py", "orders = Order.objects.raw()\n");
    const fix = await client.codeAction("views.py", "Order", 'Load "owner" and index it');
    expect(fix.edit?.documentChanges).toMatchObject([
      { kind: "create", uri: client.uri("schema.py"), options: { ignoreIfExists: true } },
      {},
      { textDocument: { uri: client.uri("schema.py") }, edits: [{ newText: "# indexed\n" }] },
    ]);
    const modest = await sessions.start({}, { capabilities: plainEdits });
    await modest.open("views.py", "orders = Order.objects.raw()\n");
    expect(titles(await actionsAt(modest, "views.py", "Order"))).toEqual([
      "Suppress QS101 on this line",
      "Suppress QS101 in this file",
    ]);
  });

  it("sends the edit at once, and without versions, to a client that knows no better", async () => {
    const client = await sessions.start({}, { capabilities: plainEdits });
    await client.open("views.py", "orders = Order.objects.all()\n");
    const [fix] = await actionsAt(client, "views.py", "Order");
    expect(Object.keys(fix?.edit?.changes ?? {})).toEqual([client.uri("views.py")]);
    expect(client.applied("views.py", fix?.edit)).toBe('orders = Order.objects.select_related("owner")\n');
  });
});

describe("staleness", () => {
  it("refuses a request whose document changed while it waited", async () => {
    const client = await sessions.start();
    await client.open("views.py", "orders = Order.objects.all()\n");
    await client.pull("views.py");
    await client.connection.sendNotification("fake/hold");
    await client.replace("views.py", "orders", "all_orders");
    const early = actionsAt(client, "views.py", "Order");
    await client.next("fake/waiting");
    await client.replace("views.py", "all_orders", "orders");
    await client.connection.sendNotification("fake/release");
    await expect(early).rejects.toMatchObject({ code: -32801 });
  });

  it("refuses to resolve an action for a version that is gone", async () => {
    const client = await sessions.start();
    await client.open("views.py", "orders = Order.objects.all()\n");
    const [fix] = await actionsAt(client, "views.py", "Order");
    await client.replace("views.py", "orders", "# é\norders");
    await expect(client.connection.sendRequest("codeAction/resolve", fix)).rejects.toMatchObject({
      code: -32801,
    });
    await expect(client.connection.sendRequest("codeAction/resolve", { title: "x" })).rejects.toMatchObject({
      code: -32602,
    });
  });
});

describe("an action that is resolved", () => {
  it("is refused where another file has changed and its place is that of another action now", async () => {
    const client = await sessions.start();
    await client.open("views.py", "orders = Order.objects.all()\n");
    await client.open("helpers.py", "def show(row):\n    return row.owner\n");
    const [fix] = await actionsAt(client, "helpers.py", "row.owner");
    expect(fix?.title).toBe('Add select_related("owner") (views.py:1)');
    await client.replace("views.py", "all", "raw");
    const [other] = await actionsAt(client, "helpers.py", "row.owner");
    expect(other?.title).toMatch(/^Load "owner" and index it/);
    await expect(client.connection.sendRequest("codeAction/resolve", fix)).rejects.toMatchObject({
      code: -32801,
    });
  });

  it("is applied where a line came before its place in another file", async () => {
    const client = await sessions.start();
    await client.open("views.py", "orders = Order.objects.all()\n");
    await client.open("helpers.py", "def show(row):\n    return row.owner\n");
    const [fix] = await actionsAt(client, "helpers.py", "row.owner");
    await client.replace("views.py", "orders", "x = 1\norders");
    const { edit }: CodeAction = await client.connection.sendRequest("codeAction/resolve", fix);
    expect(client.applied("views.py", edit)).toBe('x = 1\norders = Order.objects.select_related("owner")\n');
  });

  it("is whole where it has a command", async () => {
    const window = { showDocument: { support: true } };
    const client = await sessions.start({}, { capabilities: { ...fullCapabilities, window } });
    await client.open("views.py", "orders = Order.objects.all()\n");
    const actions = await actionsAt(client, "views.py", "Order");
    const page = actions.find(({ command }) => command !== undefined);
    expect(page?.title).toBe("Open the page of QS101 (n-plus-one-forward)");
    expect(await client.connection.sendRequest("codeAction/resolve", page)).toEqual(page);
  });
});

describe("suppressions", () => {
  it.each([
    [
      "at the line's end",
      "x = Order.objects.all()\n",
      "x = Order.objects.all()  # queryscope: ignore[QS101]\n",
    ],
    [
      "behind another comment",
      "x = Order.objects.all()  # noqa\n",
      "x = Order.objects.all()  # noqa  # queryscope: ignore[QS101]\n",
    ],
    [
      "into a comment that is there",
      "x = Order.objects.all()  # queryscope: ignore[QS301]: slow\n",
      "x = Order.objects.all()  # queryscope: ignore[QS301, QS101]: slow\n",
    ],
    [
      "into a comment on the line above",
      "# queryscope: ignore[QS301]\nx = Order.objects.all()\n",
      "# queryscope: ignore[QS301, QS101]\nx = Order.objects.all()\n",
    ],
  ])("writes a comment %s", async (_, before, after) => {
    const client = await sessions.start();
    await client.open("views.py", before);
    const action = await client.codeAction("views.py", "Order", "Suppress QS101 on this line");
    expect(client.applied("views.py", action.edit)).toBe(after);
  });

  it.each([
    [
      "at the top",
      "x = Order.objects.all()\n",
      "# queryscope: ignore-file[QS101]\nx = Order.objects.all()\n",
    ],
    [
      "below the lines that have to come first",
      "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = Order.objects.all()\n",
      "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# queryscope: ignore-file[QS101]\nx = Order.objects.all()\n",
    ],
    [
      "with the line breaks of the file",
      "x = Order.objects.all()\r\n",
      "# queryscope: ignore-file[QS101]\r\nx = Order.objects.all()\r\n",
    ],
    [
      "into a comment that is there",
      "# queryscope: ignore-file[QS3]\nx = Order.objects.all()\n",
      "# queryscope: ignore-file[QS3, QS101]\nx = Order.objects.all()\n",
    ],
  ])("writes a comment for the file %s", async (_, before, after) => {
    const client = await sessions.start();
    await client.open("views.py", before);
    const action = await client.codeAction("views.py", "Order", "Suppress QS101 in this file");
    expect(client.applied("views.py", action.edit)).toBe(after);
  });

  it("works: the finding is gone when the comment is there, at the queryset and at the place of reading", async () => {
    const client = await sessions.start();
    await client.open("views.py", "x = Order.objects.all()\n");
    await client.open("helpers.py", "row.owner\n");
    for (const [path, at] of [
      ["views.py", "Order"],
      ["helpers.py", "row"],
    ] as const) {
      const before = client.text(path);
      const action = await client.codeAction(path, at, "Suppress QS101 on this line");
      await client.setText(path, client.applied(path, action.edit));
      expect(await client.diagnostics("views.py")).toEqual([]);
      expect(await client.diagnostics("helpers.py")).toEqual([]);
      await client.setText(path, before);
    }
  });
});

describe("source.fixAll.queryscope", () => {
  const text = "a = Order.objects.all()\nb = Order.objects.raw()\nc = Invoice.objects.all()\n";
  const start = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

  it("applies every safe fix of the file, whatever the range", async () => {
    const client = await sessions.start({ "schema.py": "" });
    await client.open("views.py", text);
    for (const only of ["source.fixAll.queryscope", "source.fixAll", "source"]) {
      const [action, ...others] = await client.codeActions("views.py", start, { only: [only] });
      expect(others).toEqual([]);
      expect(action).toMatchObject({ kind: "source.fixAll.queryscope" });
      const { edit }: CodeAction = await client.connection.sendRequest("codeAction/resolve", action);
      expect(client.applied("views.py", edit)).toBe(
        'a = Order.objects.select_related("owner")\nb = Order.objects.raw()\nc = Invoice.objects.select_related("owner")\n',
      );
    }
  });

  it("is offered when asked for by hand, but not in the light bulb, nor where nothing can be fixed", async () => {
    const client = await sessions.start();
    await client.open("views.py", text);
    await client.open("models.py", "x = 1\n");
    const kinds = (actions: readonly CodeAction[]) => new Set(actions.map(({ kind }) => kind));
    const byHand = await client.codeActions("views.py", start, { triggerKind: 1 });
    expect(kinds(byHand)).toContain("source.fixAll.queryscope");
    const automatic = await client.codeActions("views.py", start, { triggerKind: 2 });
    expect(kinds(automatic)).not.toContain("source.fixAll.queryscope");
    expect(await client.codeActions("models.py", start, { only: ["source.fixAll"] })).toEqual([]);
  });

  it("is left out when quick fixes are asked for, and the other way round", async () => {
    const client = await sessions.start();
    await client.open("views.py", text);
    const quick = await client.codeActions("views.py", client.rangeOf("views.py", "Order"), {
      only: ["quickfix"],
    });
    expect(titles(quick)).toEqual([
      'Add select_related("owner")',
      "Fix all 2 QS101 findings in this file",
      "Suppress QS101 on this line",
      "Suppress QS101 in this file",
    ]);
    expect(await client.codeActions("views.py", start, { only: ["refactor"] })).toEqual([]);
  });
});

const plainEdits: ClientCapabilities = {
  ...pushCapabilities,
  textDocument: {
    ...pushCapabilities.textDocument,
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } },
  },
  workspace: { configuration: true },
};
