/** What the analysis of the whole program adds where the code around an expression does not say what a name stands for. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { neverCancelled } from "../../server/src/base/cancellation.ts";
import { compileWith } from "../../server/src/explain/explanation.ts";
import { type KnownQueryset, knownQuerysets } from "../../server/src/explain/known-querysets.ts";
import type { PythonInterpreterCompiler } from "../../server/src/explain/python-compiler.ts";
import { nodeFileSystem } from "../../server/src/platform/node-file-system.ts";
import type { Analysis } from "../../server/src/program/workspace.ts";
import { djangoPython, skipIfUnavailable } from "../support/django-environment.ts";
import { openTestWorkspace } from "../support/memory-workspace.ts";
import { outline, requestFor, shopCompiler, shopRoot } from "./shop-compiler.ts";

const path = "store/views.py";
let analysis: Analysis;
let compiler: PythonInterpreterCompiler | undefined;
let unavailable: unknown;

beforeAll(async () => {
  const workspace = await openTestWorkspace(nodeFileSystem, { root: shopRoot });
  analysis = await workspace.analyze(neverCancelled);
  try {
    compiler = shopCompiler(await djangoPython("5.2"));
  } catch (error) {
    unavailable = error;
  }
}, 300_000);

afterAll(() => compiler?.close());

/** Of the line of the views that contains the text. */
function knownAt(text: string): readonly KnownQueryset[] {
  const file = analysis.projects[0]?.program.moduleOfFile(path)?.file;
  if (file === undefined) throw new Error(`${path} was not analysed`);
  const start = file.text.indexOf(text);
  return knownQuerysets(file, analysis.facts(path), { start, end: start + text.length });
}

describe("the analysis knows", () => {
  it("the rows of a parameter by the calls of its function", () => {
    expect(knownAt("rows.exclude(customer=customer)")).toEqual([{ source: "rows", model: "store.Order" }]);
  });

  it("whose rows a related manager has", () => {
    expect(knownAt("first.orders.filter")).toEqual([
      { source: "first.orders", model: "store.Order", owner: "store.Tenant", accessor: "orders" },
    ]);
  });
});

describe("Django makes the SQL", () => {
  const compile = async (marker: string, known: readonly KnownQueryset[]) => {
    if (compiler === undefined) throw unavailable;
    return compileWith(compiler, await requestFor(marker), async () => known);
  };

  it("for all rows of the model, and the answer says so", async ({ skip }) => {
    if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
    const result = await compile("rows.exclude(", knownAt("rows.exclude("));
    expect(outline(result)).toEqual([
      "SELECT … FROM store_order WHERE NOT (store_order.customer_id = $1 AND store_order.customer_id IS NOT NULL) " +
        "ORDER BY store_order.created_at DESC LIMIT 10 [customer=900001]",
    ]);
    expect(result).toMatchObject({
      notes: ["`rows` is taken for all rows of store.Order: it is only known when the program runs"],
    });
  });

  it("for the rows of one owner", async ({ skip }) => {
    if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
    const [sql] = outline(await compile("first.orders", knownAt("first.orders.filter")));
    expect(sql).toContain("store_order.tenant_id = $1");
    expect(sql).toContain("[first.id=900001]");
  });

  it("as before where the value is known, whatever the analysis says", async ({ skip }) => {
    if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
    const request = {
      ...(await requestFor("tenant.orders.open()")),
      querysets: [{ source: "tenant.orders", model: "auth.User" }],
    };
    expect(outline(await compiler.compile(request))[0]).toContain("FROM store_order");
  });

  it("for nothing that Django rejects", async ({ skip }) => {
    if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
    const querysets = [{ source: "Order.objects.filter(nothing=1)", model: "store.Order" }];
    const expression = "Order.objects.filter(nothing=1).count()";
    expect(
      await compiler.compile({ module: "store.views", expression, bindings: [], querysets }),
    ).toMatchObject({
      kind: "failed",
      error: { kind: "django-rejected" },
    });
  });

  it("and says what it had assumed where that was not enough", async ({ skip }) => {
    if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
    const bindings = [{ kind: "assignment", name: "a", expression: "missing.b" }] as const;
    expect(await compiler.compile({ module: "store.views", expression: "a.all()", bindings })).toMatchObject({
      kind: "failed",
      error: {
        kind: "unknown-value",
        notes: ["`a` is taken as unknown: NameError: name 'missing' is not defined"],
      },
    });
  });
});
