/** What the benchmarks of EXPLAIN need of the product. */
export { PyodideCompiler } from "../../../server/src/explain/pyodide/pyodide-compiler.ts";
export { parseSql } from "../../../server/src/explain/sql-parser.ts";
export { nodeFileSystem } from "../../../server/src/platform/node-file-system.ts";
