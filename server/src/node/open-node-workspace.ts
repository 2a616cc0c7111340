/** The analysis on Node: its parser from the WebAssembly files beside the bundle, its files from the disk. */
import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { FileSystem } from "../platform/file-system.ts";
import { openWorkspace } from "../program/open-workspace.ts";
import type { Workspace } from "../program/workspace.ts";
import { rules } from "../rules/registry.ts";
import { createPythonParser, type PythonParser } from "../syntax/python-parser.ts";

export interface NodeWorkspaceOptions {
  /** Absolute path with `/`. */
  readonly folder: string;
  readonly files: FileSystem;
  readonly settingsModule: string | undefined;
  readonly exclude: readonly string[];
  readonly smallLoop: number;
  readonly isStartingPoint: (path: string) => boolean;
  /** Where `web-tree-sitter.wasm` and `tree-sitter-python.wasm` lie. */
  readonly wasmFolder: string;
}

let parser: Promise<PythonParser> | undefined;

function loadParser(wasmFolder: string): Promise<PythonParser> {
  parser ??= createPythonParser({
    runtime: readFileSync(`${wasmFolder}/web-tree-sitter.wasm`),
    grammar: readFileSync(`${wasmFolder}/tree-sitter-python.wasm`),
  });
  return parser;
}

export async function openNodeWorkspace(options: NodeWorkspaceOptions): Promise<Workspace> {
  return openWorkspace({
    root: options.folder,
    fileSystem: options.files,
    parser: await loadParser(options.wasmFolder),
    rules,
    ruleOptions: { smallLoop: options.smallLoop },
    exclude: options.exclude,
    settingsModule: options.settingsModule,
    isStartingPoint: options.isStartingPoint,
    yieldToOthers: () => setImmediate(),
  });
}
