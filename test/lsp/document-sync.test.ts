import { describe, expect, it } from "vitest";
import type { TestClient } from "./support/client.ts";
import { useSessions } from "./support/sessions.ts";

const sessions = useSessions();

/** The texts that the diagnostics of a document mark: wrong positions mark something else. */
async function marked(client: TestClient, path: string): Promise<readonly string[]> {
  return (await client.diagnostics(path)).map(({ range }) => client.textAt(path, range));
}

describe("incremental changes", () => {
  it("counts columns in UTF-16 units, in lines with any characters", async () => {
    const client = await sessions.start();
    await client.open(
      "views.py",
      'title = "é 😀"; orders = Order.objects.all()  # 😀\nfor row in orders: print("é", row.owner)\n',
    );
    expect(await marked(client, "views.py")).toEqual(["Order.objects.all()", "row.owner"]);
    await client.replace("views.py", "😀", "👩‍👩‍👧 no");
    expect(await marked(client, "views.py")).toEqual(["Order.objects.all()", "row.owner"]);
    await client.replace("views.py", "é", "");
    expect(await marked(client, "views.py")).toEqual(["Order.objects.all()", "row.owner"]);
  });

  it("understands every kind of line break", async () => {
    const client = await sessions.start();
    await client.open("views.py", "a = 1\r\nb = Order.objects.all()\rc = 2\n\nrow.owner\r\n");
    expect(await marked(client, "views.py")).toEqual(["Order.objects.all()", "row.owner"]);
    await client.replace("views.py", "a = 1\r\n", "a = 1\r\n\r\n\r");
    await client.replace("views.py", "\rb", "\nb");
    expect(await marked(client, "views.py")).toEqual(["Order.objects.all()", "row.owner"]);
  });

  it("applies several changes of one message in their order", async () => {
    const client = await sessions.start();
    await client.open("views.py", "");
    const at = (line: number, start: number, end: number) => ({
      start: { line, character: start },
      end: { line, character: end },
    });
    await client.change("views.py", [
      { range: at(0, 0, 0), newText: "x = Order.objects.all()\n" },
      { range: at(1, 0, 0), newText: "row.owner" },
      { range: at(0, 4, 9), newText: "Invoice" },
    ]);
    expect(await marked(client, "views.py")).toEqual(["Invoice.objects.all()", "row.owner"]);
  });

  it("settles on the last of many edits sent at once", async () => {
    const client = await sessions.start();
    await client.open("views.py", "x = 1\n");
    for (let count = 0; count < 50; count++) await client.replace("views.py", "x", "# é😀\nx");
    await client.replace("views.py", "x = 1", "x = Order.objects.all()");
    expect(await marked(client, "views.py")).toEqual(["Order.objects.all()"]);
  });
});

describe("buffers", () => {
  it("hide the file on disk until they are closed", async () => {
    const client = await sessions.start({
      "views.py": "orders = Order.objects.all()\n",
      "helpers.py": "row.owner\n",
    });
    await client.open("helpers.py", "row.owner\n");
    expect(await client.diagnostics("helpers.py")).toHaveLength(1);
    await client.open("views.py", "orders = []\n");
    expect(await client.diagnostics("helpers.py")).toHaveLength(0);
    await client.close("views.py");
    expect(await client.diagnostics("helpers.py")).toHaveLength(1);
  });
});
