import { readFileSync } from "node:fs";
import { createPythonParser, type PythonParser } from "../../server/src/syntax/python-parser.ts";
import type { PythonParserModules } from "../../server/src/syntax/tree-sitter.ts";

let parser: Promise<PythonParser> | undefined;

/** The parser for tests of every layer: made once per test file, with the WebAssembly modules that npm installed. */
export function testParser(): Promise<PythonParser> {
  parser ??= createPythonParser(pythonParserModules());
  return parser;
}

export function pythonParserModules(): PythonParserModules {
  return {
    runtime: moduleBytes("web-tree-sitter/web-tree-sitter.wasm"),
    grammar: moduleBytes("tree-sitter-python/tree-sitter-python.wasm"),
  };
}

function moduleBytes(path: string): Uint8Array {
  return readFileSync(new URL(`../../node_modules/${path}`, import.meta.url));
}
