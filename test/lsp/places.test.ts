/** Which files of a window are looked at: several projects, environments, notebooks, files of nobody. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { URI } from "vscode-uri";
import { ordersProject } from "../support/orders-project.ts";
import type { TestClient } from "./support/client.ts";
import { realServer, useSessions } from "./support/sessions.ts";

const sessions = useSessions(realServer);

const view = `from shop.models import Order


def orders(request):
    return [order.owner.name for order in Order.objects.all()]
`;

/** The project with this view, below a folder. */
function project(folder = ""): Readonly<Record<string, string>> {
  const files = { ...ordersProject, "shop/views.py": view };
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [path.join(folder, name), text]));
}

async function codes(client: TestClient, uri: string, text = view): Promise<readonly unknown[]> {
  await client.open(uri, text);
  // Hints where rows are read tell the same.
  return (await client.diagnostics(uri)).filter(({ severity }) => severity !== 4).map(({ code }) => code);
}

it("several folders of a window are projects of their own, although their modules have the same names", async () => {
  const [first, second] = [sessions.folder(project()), sessions.folder(project())];
  writeFileSync(path.join(second, "shop/models.py"), "from django.db import models\n");
  const client = await sessions.start({}, { folders: [first, second] });
  expect(await codes(client, URI.file(`${first}/shop/views.py`).toString())).toEqual(["QS101"]);
  expect(await codes(client, URI.file(`${second}/shop/views.py`).toString())).toEqual([]);
});

it("a folder may hold several projects", async () => {
  const client = await sessions.start({ ...project("services/billing"), ...project("services/api/src") });
  expect(await codes(client, "services/billing/shop/views.py")).toEqual(["QS101"]);
  expect(await codes(client, "services/api/src/shop/views.py")).toEqual(["QS101"]);
});

it("virtual environments are nobody's code, wherever they lie", async () => {
  const files = { ...project("services/api") };
  const environments = ["services/api/env", "tools/python"].map(
    (folder) => `${folder}/lib/python3.12/site-packages`,
  );
  const folder = sessions.folder(files);
  for (const packages of environments) {
    const root = path.join(folder, packages, "../../..");
    mkdirSync(root, { recursive: true });
    writeFileSync(path.join(root, "pyvenv.cfg"), "version = 3.12.1\n");
    for (const [name, text] of Object.entries(project(path.join(folder, packages)))) {
      mkdirSync(path.dirname(name), { recursive: true });
      writeFileSync(name, text);
    }
  }
  const client = await sessions.start({}, { folders: [folder] });
  expect(await codes(client, "services/api/shop/views.py")).toEqual(["QS101"]);
  for (const packages of environments) expect(await codes(client, `${packages}/shop/views.py`)).toEqual([]);
  const checked = await client.connection.sendRequest("workspace/executeCommand", {
    command: "queryscope.server.checkWorkspace",
  });
  expect(checked).toMatchObject({ findings: 1 });
});

it("notebooks are ignored, as files and by their cells", async () => {
  const client = await sessions.start({ ...project(), "shop/explore.ipynb": "{}" });
  const cells = JSON.stringify({ cells: [{ cell_type: "code", source: view.split("\n") }] });
  expect(await codes(client, "shop/explore.ipynb", cells)).toEqual([]);
  const cell = client.uri("shop/explore.ipynb").replace("file:", "vscode-notebook-cell:");
  expect(await codes(client, `${cell}#W0sZmlsZQ`)).toEqual([]);
  expect(await codes(client, "shop/views.py")).toEqual(["QS101"]);
});

it("a file outside of all folders, or of no project, has nothing to say", async () => {
  const client = await sessions.start({ ...project("site"), "scripts/orders.py": "" });
  expect(await codes(client, "file:///tmp/elsewhere/shop/views.py")).toEqual([]);
  expect(await codes(client, "untitled:Untitled-1")).toEqual([]);
  expect(await codes(client, "scripts/orders.py", "x = [n for n in range(10)]\n")).toEqual([]);
});
