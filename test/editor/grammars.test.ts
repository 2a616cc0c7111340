/** What the extension's grammars make of Python, with VS Code's own grammars and tokenizer. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { inRepository, readRepositoryFile } from "../support/repository.ts";
import { editorFolder } from "./support/editor-tools.ts";

interface Grammar {
  tokenizeLine(
    line: string,
    state: unknown,
  ): {
    readonly ruleStack: unknown;
    readonly tokens: readonly {
      readonly startIndex: number;
      readonly endIndex: number;
      readonly scopes: readonly string[];
    }[];
  };
}

let python: Grammar;
let plan: Grammar;

beforeAll(async () => {
  const vscode = await editorFolder();
  const load = createRequire(path.join(vscode, "package.json"));
  const textmate = load("vscode-textmate");
  const oniguruma = load("vscode-oniguruma");
  await oniguruma.loadWASM(readFileSync(load.resolve("vscode-oniguruma/release/onig.wasm")));
  const contributed: readonly { readonly scopeName: string; readonly path: string }[] = JSON.parse(
    readRepositoryFile("package.json"),
  ).contributes.grammars;
  const files = new Map([
    ["source.python", path.join(vscode, "extensions/python/syntaxes/MagicPython.tmLanguage.json")],
    ["source.sql", path.join(vscode, "extensions/sql/syntaxes/sql.tmLanguage.json")],
    ...contributed.map((own) => [own.scopeName, inRepository(own.path)] as const),
  ]);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: oniguruma.createOnigScanner,
      createOnigString: oniguruma.createOnigString,
    }),
    loadGrammar: (scope: string) => {
      const file = files.get(scope);
      return Promise.resolve(
        file === undefined ? null : textmate.parseRawGrammar(readFileSync(file, "utf8"), file),
      );
    },
    getInjections: (scope: string) =>
      scope === "source.python" ? contributed.map(({ scopeName }) => scopeName) : [],
  });
  python = await registry.loadGrammar("source.python");
  plan = await registry.loadGrammar("source.queryscope-plan");
}, 1_800_000);

/** The texts of a piece of code that have such a scope. */
function texts(code: string, scope: RegExp, grammar = python): readonly string[] {
  let state: unknown = null;
  return code.split("\n").flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    return tokens
      .filter(({ scopes }) => scopes.some((each) => scope.test(each)))
      .map(({ startIndex, endIndex }) => line.slice(startIndex, endIndex).trim());
  });
}

const sqlKeyword = /^keyword\..*\.sql$/;

describe("SQL in Python", () => {
  it.each([
    ['cursor.execute("""\n  SELECT id FROM shop\n""", [1])', ["SELECT", "FROM"]],
    ["rows = Shop.objects.raw('SELECT id FROM shop')", ["SELECT", "FROM"]],
    ['x = RawSQL(r"select 1", [])', ["select"]],
    [
      'migrations.RunSQL(\n    """DELETE FROM shop""",\n    reverse_sql="DROP TABLE shop",\n)',
      ["DELETE", "FROM", "DROP TABLE"],
    ],
  ])("is SQL in %s", (code, keywords) => {
    expect(texts(code, sqlKeyword).join(" ")).toBe(keywords.join(" "));
  });

  it("is nothing in other strings, and not in other calls", () => {
    expect(
      texts('print("SELECT a FROM b")\nraw = "SELECT a"\nx.execute(sql, "a FROM b")', sqlKeyword),
    ).toEqual([]);
  });

  it("leaves the rest of a call, and what follows it, to Python", () => {
    const code = 'cursor.execute("SELECT 1", (f(1), None))\nfor row in rows: pass\n';
    expect(texts(code, /^keyword\.control\.flow\.python$/)).toEqual(["for", "in", "pass"]);
    expect(texts(code, /^constant\.language\.python$/)).toEqual(["None"]);
    expect(
      texts('cursor.execute("SELECT 1 -- why\nfor row in rows: pass', /^keyword\.control\.flow/),
    ).toContain("for");
  });
});

it("suppression comments have scopes of their own", () => {
  const code = "x = 1  # queryscope: ignore[QS101, small-loop]: why\n# plain: ignore[QS101]";
  expect(texts(code, /^constant\.other\.rule\.queryscope$/)).toEqual(["QS101", "small-loop"]);
});

it("query plans have scopes for SQL, parameters, steps with their costs, and rules", () => {
  const code = [
    "-- Order.objects.filter(owner__name=name)",
    'SELECT "shop_order"."id" FROM "shop_order"',
    "",
    "$1 = 'x'::text   stands in for name",
    "Seq Scan on shop_order  (cost=0.00..25.88 rows=6 width=36)  (actual time=0.1..0.2 rows=6 loops=1)",
    "│  Filter: (number = $1)",
    "",
    "  97 % Seq Scan on shop_order (QS501 missing-index): shop/views.py:12",
  ].join("\n");
  const inPlan = (scope: RegExp): readonly string[] => texts(code, scope, plan);
  expect(inPlan(/^comment\.line/)).toEqual(["-- Order.objects.filter(owner__name=name)"]);
  expect(inPlan(sqlKeyword)).toEqual(["SELECT", "FROM"]);
  expect(inPlan(/^variable\.parameter/)).toEqual(["$1"]);
  expect(inPlan(/^entity\.name\.function\.node/)).toEqual(["Seq Scan on shop_order"]);
  expect(inPlan(/^constant\.numeric\.cost/)).toEqual(["(cost=0.00..25.88 rows=6 width=36)"]);
  expect(inPlan(/^keyword\.other\.property/)).toEqual(["Filter:"]);
  expect(inPlan(/^constant\.other\.rule/)).toEqual(["QS501", "missing-index"]);
});
