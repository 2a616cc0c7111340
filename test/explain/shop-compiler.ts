/** The test project `shop` and the compiler on it, in an interpreter with real Django. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PythonInterpreterCompiler } from "../../server/src/explain/python-compiler.ts";
import { querysetsOnLine } from "../../server/src/explain/queryset-at.ts";
import type { CompileRequest, CompileResult } from "../../server/src/explain/queryset-compiler.ts";
import { testParser } from "../support/python-parser.ts";

export const shopRoot = fileURLToPath(new URL("shop", import.meta.url));

export function shopCompiler(python: string): PythonInterpreterCompiler {
  return new PythonInterpreterCompiler({
    workspaceTrusted: true,
    python,
    root: shopRoot,
    sourceRoots: [shopRoot],
    settings: "shop.settings",
    environment: {},
    serverVersion: 150000,
  });
}

/** The first queryset on the line of the project that contains `marker`, and its module. */
export async function requestFor(marker: string): Promise<CompileRequest> {
  for (const name of ["views", "models", "admin"]) {
    const text = readFileSync(path.join(shopRoot, `store/${name}.py`), "utf8");
    const line = text.split("\n").findIndex((candidate) => candidate.includes(marker));
    const [found] = querysetsOnLine((await testParser()).parse(`store/${name}.py`, text), line);
    if (found !== undefined) {
      return { module: `store.${name}`, expression: found.text, bindings: found.bindings };
    }
  }
  throw new Error(`no queryset on a line with ${marker}`);
}

/** The selected columns are Django's business: `SELECT … FROM`. Parameters follow as `value` or `name=value`. */
export function outline(result: CompileResult): readonly string[] {
  if (result.kind === "failed") return [`${result.error.kind}: ${result.error.message}`];
  return result.statements.map(({ role, sql, params }) => {
    const short = sql.replace(/^SELECT .*? FROM /, "SELECT … FROM ").replaceAll('"', "");
    const values = params.map(({ value, name }) => (name === null ? `${value}` : `${name}=${value}`));
    return `${role === "queryset" ? "" : `${role}: `}${short}${values.length > 0 ? ` [${values.join(", ")}]` : ""}`;
  });
}
