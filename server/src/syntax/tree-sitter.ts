import { Language, Parser } from "web-tree-sitter";
import { type GrammarNumbers, grammarNumbersOf } from "./grammar.ts";
import type { LinearMemory } from "./memory-reader.ts";

/** The WebAssembly modules of web-tree-sitter and of tree-sitter-python, as bytes. */
export interface PythonParserModules {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}

export interface LoadedGrammar {
  readonly parser: Parser;
  readonly language: Language;
  readonly numbers: GrammarNumbers;
  /** Where tree-sitter keeps its trees. */
  readonly memory: LinearMemory;
}

/** @throws Error when the bytes are not the modules that they should be. */
export async function loadPythonGrammar(modules: PythonParserModules): Promise<LoadedGrammar> {
  runtime ??= startRuntime(modules.runtime);
  const memory = await runtime;
  const language = await Language.load(modules.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  return { parser, language, numbers: grammarNumbersOf(language), memory };
}

/** tree-sitter's runtime and its memory exist once per process. */
let runtime: Promise<LinearMemory> | undefined;

async function startRuntime(wasmBinary: Uint8Array): Promise<LinearMemory> {
  // The limits that the runtime itself would set.
  const wasmMemory = new WebAssembly.Memory({
    initial: 32 * pagesPerMegabyte,
    maximum: 2048 * pagesPerMegabyte,
  });
  await Parser.init({ wasmBinary, wasmMemory });
  return wasmMemory;
}

const pagesPerMegabyte = 16;

/** What TypeScript knows only with the types of a browser. */
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => LinearMemory;
};
