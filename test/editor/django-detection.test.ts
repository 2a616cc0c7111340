import { beforeEach, describe, expect, it, vi } from "vitest";
import type { LogOutputChannel } from "vscode";

interface FakeUri {
  readonly path: string;
}

/** As much of VS Code as the detection asks for, over files in memory. */
const editor = vi.hoisted(() => {
  const files = new Map<string, string>();
  const created = new Set<(uri: FakeUri) => unknown>();
  const changed = new Set<(uri: FakeUri) => unknown>();
  const listener = (listeners: Set<(uri: FakeUri) => unknown>) => (listen: (uri: FakeUri) => unknown) => {
    listeners.add(listen);
    return { dispose: () => listeners.delete(listen) };
  };
  const contents = (uri: FakeUri): string => {
    const text = files.get(uri.path);
    if (text === undefined) throw new Error("not found");
    return text;
  };
  return {
    files,
    async write(path: string, text: string): Promise<void> {
      const listeners = files.has(path) ? changed : created;
      files.set(path, text);
      await Promise.all([...listeners].map((listen) => listen({ path })));
    },
    reset: () => [files, created, changed].map((collection) => collection.clear()),
    workspace: {
      findFiles: vi.fn(async () => [...files.keys()].map((path) => ({ path }))),
      createFileSystemWatcher: () => ({
        onDidCreate: listener(created),
        onDidChange: listener(changed),
        dispose: () => {},
      }),
      workspaceFolders: [{ uri: { path: "/p" } }],
      onDidChangeWorkspaceFolders: () => ({ dispose: () => {} }),
      fs: {
        readDirectory: async ({ path }: FakeUri) =>
          [...files.keys()].flatMap((file) => {
            const name = file.slice(path.length + 1);
            return name.includes("/") ? [] : [[name, 1] as const];
          }),
        stat: async (uri: FakeUri) => ({ size: contents(uri).length }),
        readFile: async (uri: FakeUri) => new TextEncoder().encode(contents(uri)),
      },
    },
  };
});

vi.mock("vscode", () => ({
  workspace: editor.workspace,
  RelativePattern: class {},
  Uri: { joinPath: ({ path }: FakeUri, name: string) => ({ path: `${path}/${name}` }) },
}));

const { whenDjangoIsLikely } = await import("../../src/django-detection.ts");

const log = { info: () => {}, warn: () => {} } as unknown as LogOutputChannel;

async function detect() {
  const start = vi.fn(async () => {});
  const watching = await whenDjangoIsLikely(start, log);
  return { start, watching };
}

beforeEach(() => {
  editor.reset();
});

describe("the server is started", () => {
  it.each([
    ["a manage.py", { "/p/src/manage.py": "" }],
    ["a requirement in pyproject.toml", { "/p/pyproject.toml": 'dependencies = ["Django>=5.2"]' }],
    ["a line in requirements.txt", { "/p/requirements/base.txt": "celery\ndjango==4.2.1\n" }],
  ])("for %s", async (_, files) => {
    for (const [path, text] of Object.entries(files)) editor.files.set(path, text);
    expect((await detect()).start).toHaveBeenCalledOnce();
  });

  it("where the workspace cannot be searched", async () => {
    editor.workspace.findFiles.mockRejectedValueOnce(new Error("no search program"));
    expect((await detect()).start).toHaveBeenCalledOnce();
  });

  it("for what lies at the root, although a search of the workspace does not answer", async () => {
    const search = editor.workspace.findFiles.getMockImplementation();
    editor.workspace.findFiles.mockImplementation(() => new Promise(() => {}));
    editor.files.set("/p/manage.py", "");
    expect((await detect()).start).toHaveBeenCalledOnce();
    if (search) editor.workspace.findFiles.mockImplementation(search);
  });

  it("as soon as the workspace becomes a Django project, and once", async () => {
    editor.files.set("/p/pyproject.toml", 'dependencies = ["flask"]');
    const { start } = await detect();
    expect(start).not.toHaveBeenCalled();
    await editor.write("/p/pyproject.toml", 'dependencies = ["flask", "django"]');
    await editor.write("/p/manage.py", "");
    expect(start).toHaveBeenCalledOnce();
  });
});

describe("the server is not started", () => {
  it.each([
    ["for other Python projects", { "/p/requirements.txt": "flask\ndjangoish\n" }],
    ["for a file that only lists a great deal", { "/p/requirements.txt": `django\n${"x".repeat(300_000)}` }],
    ["for an empty workspace", {}],
  ])("%s", async (_, files) => {
    for (const [path, text] of Object.entries(files)) editor.files.set(path, text);
    expect((await detect()).start).not.toHaveBeenCalled();
  });

  it("once the extension has been deactivated", async () => {
    const { start, watching } = await detect();
    watching.dispose();
    await editor.write("/p/manage.py", "");
    expect(start).not.toHaveBeenCalled();
  });
});
