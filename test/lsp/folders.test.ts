import { describe, expect, it } from "vitest";
import { URI } from "vscode-uri";
import { fullCapabilities } from "./support/client.ts";
import { useSessions } from "./support/sessions.ts";

const sessions = useSessions();

const view = "orders = Order.objects.all()\n";
const helper = "row.owner\n";

describe("workspace folders", () => {
  it("are analysed each on its own", async () => {
    const first = sessions.folder({ "views.py": view });
    const second = sessions.folder({});
    const client = await sessions.start({}, { folders: [first, second] });
    const elsewhere = URI.file(`${second}/helpers.py`).toString();
    await client.open("helpers.py", helper);
    await client.open(elsewhere, helper);
    expect(await client.diagnostics("helpers.py")).toHaveLength(1);
    expect(await client.diagnostics(elsewhere)).toEqual([]);
  });

  it("come and go while the server runs, with the documents that are open in them", async () => {
    const first = sessions.folder({});
    const second = sessions.folder({ "views.py": view });
    const client = await sessions.start({}, { folders: [first] });
    const uri = URI.file(`${second}/helpers.py`).toString();
    await client.open(uri, helper);
    expect(await client.diagnostics(uri)).toEqual([]);
    const folder = { uri: URI.file(second).toString(), name: "second" };
    await client.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
      event: { added: [folder], removed: [] },
    });
    expect(await client.diagnostics(uri)).toHaveLength(1);
    const { items } = await client.pullWorkspace();
    expect(items).toHaveLength(2);
    await client.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
      event: { added: [], removed: [folder] },
    });
    expect(await client.diagnostics(uri)).toEqual([]);
    const known = items.map((item) => ({ uri: item.uri, value: item.resultId ?? "" }));
    expect((await client.pullWorkspace(known)).items).toMatchObject([{ items: [] }, { items: [] }]);
  });

  it("may lie in one another: a file belongs to the innermost", async () => {
    const outer = sessions.folder({ "apps/api/views.py": view });
    const client = await sessions.start({}, { folders: [outer, `${outer}/apps/api`] });
    await client.open("helpers.py", helper);
    await client.open("apps/api/helpers.py", helper);
    expect(await client.diagnostics("apps/api/helpers.py")).toHaveLength(1);
    const { items } = await client.pullWorkspace();
    expect(new Set(items.map(({ uri }) => uri)).size).toBe(items.length);
  });

  it("need not be there", async () => {
    const client = await sessions.start({}, { folders: [] });
    await client.open("file:///views.py", view);
    expect(await client.diagnostics("file:///views.py")).toEqual([]);
    expect(await client.stop()).toBe(0);
  });
});

describe("settings", () => {
  it("of the editor apply, and are applied anew when they change", async () => {
    const client = await sessions.start({}, { settings: { ignore: ["QS101"] } });
    await client.open("views.py", view);
    expect(await client.diagnostics("views.py")).toEqual([]);
    await client.configure({ ignore: [] });
    await client.next("workspace/diagnostic/refresh");
    expect(await client.diagnostics("views.py")).toHaveLength(1);
  });

  it("of a client that cannot be asked are taken from what it sends", async () => {
    const capabilities = { ...fullCapabilities, workspace: {} };
    const client = await sessions.start(
      {},
      {
        capabilities,
        initialize: { initializationOptions: { settings: { queryscope: { ignore: ["QS1"] } } } },
      },
    );
    await client.open("views.py", view);
    expect(await client.diagnostics("views.py")).toEqual([]);
    await client.connection.sendNotification("workspace/didChangeConfiguration", {
      settings: { queryscope: { ignore: [] } },
    });
    expect(await client.diagnostics("views.py")).toHaveLength(1);
  });

  it("of such a client apply to folders that come later", async () => {
    const capabilities = { ...fullCapabilities, workspace: { workspaceFolders: true } };
    const client = await sessions.start({}, { capabilities, folders: [] });
    await client.connection.sendNotification("workspace/didChangeConfiguration", {
      settings: { queryscope: { ignore: ["QS1"] } },
    });
    const folder = sessions.folder({ "views.py": view });
    await client.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
      event: { added: [{ uri: URI.file(folder).toString(), name: "late" }], removed: [] },
    });
    const uri = URI.file(`${folder}/views.py`).toString();
    await client.open(uri, view);
    expect(await client.diagnostics(uri)).toEqual([]);
  });

  it("that do not fit are logged once, and the others apply", async () => {
    const client = await sessions.start({}, { settings: { smallLoop: "many", ignore: ["QS101"] } });
    await client.open("views.py", view);
    expect(await client.diagnostics("views.py")).toEqual([]);
    await client.replace("views.py", "orders", "rows");
    await client.pull("views.py");
    const warnings = client.received.filter(({ method }) => method === "window/logMessage");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.params).toMatchObject({
      type: 2,
      message: expect.stringContaining("queryscope.smallLoop"),
    });
  });
});

describe("the configuration file", () => {
  const broken = '[tool.queryscope]\nignor = ["QS101"]\n';

  it("is checked while it is edited, and applies before it is saved", async () => {
    const client = await sessions.start({ "pyproject.toml": "" });
    await client.open("views.py", view);
    await client.open("pyproject.toml", broken);
    const [problem] = await client.diagnostics("pyproject.toml");
    expect(problem).toMatchObject({
      severity: 2,
      source: "queryscope",
      message: expect.stringContaining("ignor"),
    });
    expect(problem && client.textAt("pyproject.toml", problem.range)).toBe("ignor");
    expect(await client.diagnostics("views.py")).toHaveLength(1);

    await client.replace("pyproject.toml", "ignor", "ignore");
    expect(await client.diagnostics("pyproject.toml")).toEqual([]);
    expect(await client.diagnostics("views.py")).toEqual([]);
  });

  it("is read again when it changes on disk", async () => {
    const client = await sessions.start({ "pyproject.toml": broken });
    await client.open("views.py", view);
    expect(await client.diagnostics("views.py")).toHaveLength(1);
    await client.writeFile("pyproject.toml", broken.replace("ignor", "ignore"));
    expect(await client.diagnostics("views.py")).toEqual([]);
  });
});
