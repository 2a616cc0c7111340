import { beforeEach, describe, expect, it, vi } from "vitest";
import type { AuditResult } from "../../src/audit-report.ts";
import { AuditSystems, type SystemArguments } from "../../src/audit-systems.ts";

/** What the user's settings say, and what the user answers. */
const editor = vi.hoisted(() => ({
  trusted: true,
  settings: {} as Record<string, unknown>,
  questions: [] as string[],
  pick: (_items: readonly { readonly label: string }[]): unknown => undefined,
  type: (): string | undefined => undefined,
}));

vi.mock("vscode", async () => ({
  ...(await import("./support/localization.ts")),
  workspace: {
    get isTrusted() {
      return editor.trusted;
    },
    getConfiguration: () => ({ get: (name: string) => editor.settings[name] }),
  },
  window: {
    showQuickPick: async (items: readonly { readonly label: string }[], { title }: { title: string }) => {
      editor.questions.push(title);
      return editor.pick(items);
    },
    showInputBox: async ({ title, prompt }: { title: string; prompt: string }) => {
      editor.questions.push(`${title}: ${prompt}`);
      return editor.type();
    },
  },
}));

const database = { name: "replica", host: "db.example.com", database: "shop", user: "reader" };
const broker = { name: "broker", roles: ["broker"] };
const cache = { name: "cache", port: 6380 };

const report: AuditResult = {
  report: { project: { name: "shop" }, stages: [], tasks: [] },
  html: "",
  passwordsWanted: [],
};

let stored: Map<string, string>;

/** As VS Code keeps them. */
function systems(): AuditSystems {
  const kept = new Map<string, unknown>();
  return new AuditSystems({
    secrets: {
      get: async (key: string) => stored.get(key),
      store: async (key: string, value: string) => void stored.set(key, value),
      delete: async (key: string) => void stored.delete(key),
    },
    globalState: {
      get: (key: string) => kept.get(key),
      update: async (key: string, value: unknown) => void kept.set(key, value),
    },
  } as unknown as ConstructorParameters<typeof AuditSystems>[0]);
}

const resource = {} as Parameters<AuditSystems["choose"]>[0];

beforeEach(() => {
  stored = new Map();
  editor.trusted = true;
  editor.questions = [];
  editor.settings = { "explain.connections": [database], "audit.redis": [broker, cache] };
});

describe("the running systems of a report", () => {
  it("are those that the user picks, each time", async () => {
    editor.pick = (items) =>
      items.length === 2 && items[1]?.label === "No database" ? items[0] : [items[1]];
    expect(await systems().choose(resource)).toEqual({ postgres: database, redis: [cache] });
    expect(editor.questions).toEqual([
      "Which database may the report ask? It is only read.",
      "Which Redis servers may the report ask? They are only read.",
    ]);
  });

  it("are none where the user picks none, and there is no report where the user leaves", async () => {
    editor.pick = (items) => items.find(({ label }) => label === "No database") ?? [];
    expect(await systems().choose(resource)).toEqual({ postgres: undefined, redis: [] });
    editor.pick = () => undefined;
    expect(await systems().choose(resource)).toBeUndefined();
  });

  it("are not asked for where the settings name none, and where the workspace is not trusted", async () => {
    editor.trusted = false;
    expect(await systems().choose(resource)).toEqual({ postgres: undefined, redis: [] });
    editor.trusted = true;
    editor.settings = {};
    expect(await systems().choose(resource)).toEqual({ postgres: undefined, redis: [] });
    expect(editor.questions).toEqual([]);
  });
});

describe("their passwords", () => {
  const chosen = { postgres: database, redis: [broker] };

  it("are asked for when a server wants one, and kept once they were right", async () => {
    const typed = ["wrong", "right"];
    editor.type = () => typed.shift();
    const asked: SystemArguments[] = [];
    const server = async (given: SystemArguments) => {
      asked.push(given);
      return { ...report, passwordsWanted: given.redis[0]?.password === "right" ? [] : ["broker"] };
    };
    const auditSystems = systems();
    expect(await auditSystems.askWithPasswords(chosen, server)).toEqual(report);
    expect(asked.map(({ redis }) => redis[0]?.password)).toEqual([undefined, "wrong", "right"]);
    expect(editor.questions).toEqual([
      "Password of broker: It is kept in the secret storage of VS Code.",
      "Password of broker: The password was refused.",
    ]);
    expect([...stored.values()]).toEqual(["right"]);
    await auditSystems.askWithPasswords(chosen, server);
    expect(asked.at(-1)?.redis[0]?.password).toBe("right");
  });

  it("may be refused: the report comes without what they protect", async () => {
    editor.type = () => undefined;
    const answer = { ...report, passwordsWanted: ["replica"] };
    expect(await systems().askWithPasswords(chosen, async () => answer)).toBe(answer);
    expect(stored.size).toBe(0);
  });

  it("are not asked for when the report was cancelled", async () => {
    expect(await systems().askWithPasswords(chosen, async () => undefined)).toBeUndefined();
    expect(editor.questions).toEqual([]);
  });
});
