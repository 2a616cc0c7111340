import { expect, it, vi } from "vitest";
import type { ProjectOverview } from "../../src/project-overview.ts";
import { type OverviewServer, ProjectView } from "../../src/project-view.ts";

const order = vi.hoisted((): string[] => []);

/** The parts of VS Code that the view uses. */
vi.mock("vscode", async () => {
  const { EventEmitter: NodeEmitter } = await import("node:events");
  class EventEmitter {
    readonly #emitter = new NodeEmitter();
    readonly event = (listener: (value: unknown) => void) => void this.#emitter.on("fired", listener);
    fire(value: unknown): void {
      this.#emitter.emit("fired", value);
    }
    dispose(): void {}
  }
  class CancellationTokenSource {
    readonly token = { isCancellationRequested: false };
    cancel(): void {
      this.token.isCancellationRequested = true;
    }
  }
  return {
    EventEmitter,
    CancellationTokenSource,
    ...(await import("./support/localization.ts")),
    window: {
      createTreeView: () => ({
        visible: true,
        onDidChangeVisibility: () => {},
        dispose: () => {},
        reveal: ({ label }: { label: string }, { expand }: { expand: boolean }) =>
          order.push(`${expand ? "opened" : "shown"} ${label}`),
      }),
      withProgress: (_: object, task: () => Promise<unknown>) => task(),
    },
  };
});

const start = { line: 4, character: 0 };

const overview = (symbol: string, endpoints: boolean): ProjectOverview => ({
  files: 1,
  findings: [],
  known: [],
  endpoints: endpoints
    ? [
        {
          kind: "view",
          symbol,
          queries: "1 + N",
          complete: true,
          findings: 0,
          uri: "file:///work/shop/views.py",
          range: { start, end: start },
        },
      ]
    : null,
});

/** A server whose answers come when the test says so. */
function pausedServer(): { readonly server: OverviewServer; answer(symbol: string): void } {
  const asked: { endpoints: boolean; resolve(answer: ProjectOverview): void }[] = [];
  return {
    server: {
      isStarted: true,
      projectOverview: (endpoints) => new Promise((resolve) => asked.push({ endpoints, resolve })),
    },
    answer(symbol) {
      const question = asked.shift();
      question?.resolve(overview(symbol, question.endpoints));
    },
  };
}

it("gives a node that is opened its endpoints when the server has counted them, those of the last analysis", async () => {
  const { server, answer } = pausedServer();
  const view = new ProjectView(server);
  expect(view.getChildren()).toEqual([]);
  answer("before");
  await vi.waitFor(() => expect(view.getChildren()).not.toEqual([]));
  const [endpoints] = await view.getChildren();

  const children = view.getChildren(endpoints);
  // An analysis ends meanwhile.
  view.refresh();
  answer("overtaken");
  answer("last");
  expect((await children).map(({ label }) => label)).toEqual(["last"]);
});

it("draws the tree anew after a node got its children, which it would forget, and opens a node that it has forgotten", async () => {
  const { server, answer } = pausedServer();
  const view = new ProjectView(server);
  expect(view.getChildren()).toEqual([]);
  answer("before");
  await vi.waitFor(() => expect(view.getChildren()).not.toEqual([]));
  const [endpoints] = await view.getChildren();

  order.length = 0;
  const children = Promise.resolve(view.getChildren(endpoints)).then(() => order.push("children"));
  view.onDidChangeTreeData(() => order.push("redrawn"));
  answer("counted");
  await children;
  await vi.waitFor(() => expect(order).toContain("redrawn"));
  expect(order).toEqual(["children", "redrawn", "opened Endpoints by Queries"]);
});
