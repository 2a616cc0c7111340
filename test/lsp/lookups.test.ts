import { describe, expect, it } from "vitest";
import {
  CancellationTokenSource,
  type CompletionItem,
  type CompletionList,
  CompletionRequest,
  type Hover,
  type LocationLink,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { ordersProject } from "../support/orders-project.ts";
import type { TestClient } from "./support/client.ts";
import { fullCapabilities } from "./support/client.ts";
import { realServer, useSessions } from "./support/sessions.ts";

const sessions = useSessions(realServer);

const path = "shop/views.py";
const views = `from shop.models import Order

# é 😀
def orders(request):
    rows = Order.objects.select_related("owner").order_by("owner__name")
    return [row.owner.name for row in rows]
`;
const project = { ...ordersProject, [path]: views };

async function opened(options: Parameters<typeof sessions.start>[1] = {}): Promise<TestClient> {
  const client = await sessions.start(project, options);
  await client.open(path, views);
  await client.diagnostics(path);
  return client;
}

/** A request at the end of the first occurrence of a text. */
function ask<Result>(client: TestClient, method: string, after: string): Promise<Result> {
  const position = client.rangeOf(path, after).end;
  return client.connection.sendRequest(method, { textDocument: { uri: client.uri(path) }, position });
}

async function complete(client: TestClient, after: string): Promise<CompletionItem[] | null> {
  const list = await ask<CompletionList | null>(client, "textDocument/completion", after);
  return list?.items ?? null;
}

function applied(client: TestClient, item: CompletionItem | undefined): string {
  if (item?.textEdit === undefined || !("range" in item.textEdit)) throw new Error("the item has no edit");
  const document = TextDocument.create("", "python", 1, client.text(path));
  return TextDocument.applyEdits(document, [item.textEdit]);
}

describe("completion in lookups", () => {
  it("offers names in a string, with an edit that replaces the one at the cursor", async () => {
    const client = await opened();
    await client.replace(path, '"owner__name"', '"owner__na"');
    const items = await complete(client, '"owner__na');
    expect(items?.map(({ label, detail }) => [label, detail])).toContainEqual(["name", "CharField"]);
    expect(
      applied(
        client,
        items?.find(({ label }) => label === "name"),
      ),
    ).toBe(views);
  });

  it("answers from the last analysis while the code is half typed", async () => {
    const client = await opened();
    await client.replace(path, "    return", "    rows.filter(owner__\n    return");
    const items = await complete(client, "rows.filter(owner__");
    expect(items?.map(({ label }) => label)).toEqual(expect.arrayContaining(["name", "isnull"]));
  });

  it("is asked for again as the name goes on: behind each `__` stand other names of the same word", async () => {
    const client = await opened();
    await client.replace(path, '"owner__name"', '"ow"');
    const first = await ask<CompletionList>(client, "textDocument/completion", 'order_by("ow');
    expect(first.items.map(({ label }) => label)).toContain("owner");
    expect(first.isIncomplete).toBe(true);
  });

  it("leaves everything else to others", async () => {
    const client = await opened();
    expect(await complete(client, "def ord")).toBeNull();
    expect(await complete(client, "row.")).toBeNull();
  });

  it("can be cancelled, and is asked for by the characters between which names stand", async () => {
    const client = await opened();
    const source = new CancellationTokenSource();
    const params = { textDocument: { uri: client.uri(path) }, position: client.rangeOf(path, '"owner').end };
    const answer = client.connection.sendRequest(CompletionRequest.type, params, source.token);
    source.cancel();
    await answer.catch((error: unknown) => expect(error).toMatchObject({ code: -32800 }));
    expect(client.initializeResult.capabilities.completionProvider?.triggerCharacters).toContain("_");
  });

  it("is silent before the first analysis, and for documents of no project", async () => {
    const client = await sessions.start({ "notes.py": "x = 1\n" });
    await client.open("notes.py", 'x.filter("a")\n');
    const params = { textDocument: { uri: client.uri("notes.py") }, position: { line: 0, character: 10 } };
    for (const method of ["textDocument/completion", "textDocument/hover", "textDocument/definition"]) {
      expect(await client.connection.sendRequest(method, params)).toBeNull();
    }
  });
});

describe("hover and definition in lookups", () => {
  it("say what a name is, and lead to its declaration", async () => {
    const client = await opened();
    const hover = await ask<Hover>(client, "textDocument/hover", 'select_related("ow');
    expect(hover.contents).toEqual({
      kind: "markdown",
      value:
        "**shop.Order.owner**: ForeignKey → shop.Owner\n\nComes with the rows: an inner join, no query of its own.",
    });
    expect(hover.range && client.textAt(path, hover.range)).toBe("owner");

    const [link] = await ask<LocationLink[]>(client, "textDocument/definition", 'order_by("owner__na');
    expect(link?.targetUri).toBe(client.uri("shop/models.py"));
    expect(link?.targetSelectionRange.start).toEqual({ line: 5, character: 4 });
    expect(link?.originSelectionRange && client.textAt(path, link.originSelectionRange)).toBe("name");
  });

  it("are plain for clients that know neither Markdown nor links", async () => {
    const capabilities = { ...fullCapabilities, textDocument: { ...fullCapabilities.textDocument } };
    delete capabilities.textDocument.hover;
    delete capabilities.textDocument.definition;
    const client = await opened({ capabilities });
    const hover = await ask<Hover>(client, "textDocument/hover", 'select_related("ow');
    expect(hover.contents).toMatchObject({ kind: "plaintext", value: expect.not.stringContaining("*") });
    const definition = await ask(client, "textDocument/definition", 'select_related("ow');
    expect(definition).toMatchObject({ uri: client.uri("shop/models.py"), range: { start: { line: 9 } } });
  });
});
