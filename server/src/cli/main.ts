/** The composition root of the command line: puts the real world behind `CliEnvironment`. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Configuration } from "../lint/configuration.ts";
import type { FileSystem } from "../platform/file-system.ts";
import { nodeFileSystem } from "../platform/node-file-system.ts";
import { openWorkspace } from "../program/open-workspace.ts";
import type { Workspace } from "../program/workspace.ts";
import { rules } from "../rules/registry.ts";
import { createPythonParser } from "../syntax/python-parser.ts";
import type { CliEnvironment, Output } from "./environment.ts";
import { runCommandLine } from "./run.ts";
import { UsageError } from "./usage-error.ts";

/** The folder of the bundle, with what it reads at run time beside it. */
const bundle = new URL("./", import.meta.url);

function outputTo(stream: NodeJS.WriteStream): Output {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has seen enough: `queryscope check | head`.
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
  return { write: (text) => void stream.write(text), isTerminal: stream.isTTY };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function readIfPresent(url: URL): string | undefined {
  const read = nodeFileSystem.readText(fileURLToPath(url));
  return read.kind === "text" ? read.text : undefined;
}

function versionOfPackage(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", bundle), "utf8"));
  const hasVersion = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return hasVersion ? String(manifest.version) : "unknown";
}

interface Opening {
  readonly folder: string;
  readonly files: FileSystem;
  readonly configuration: Pick<Configuration, "settingsModule" | "smallLoop">;
  readonly isStartingPoint: (path: string) => boolean;
}

async function open({ folder, files, configuration, isStartingPoint }: Opening): Promise<Workspace> {
  const parser = await createPythonParser({
    runtime: readFileSync(new URL("web-tree-sitter.wasm", bundle)),
    grammar: readFileSync(new URL("tree-sitter-python.wasm", bundle)),
  });
  return openWorkspace({
    root: folder,
    fileSystem: files,
    parser,
    rules,
    ruleOptions: { smallLoop: configuration.smallLoop },
    // Files that are left out of the report are still read: others use their models.
    exclude: [],
    settingsModule: configuration.settingsModule,
    isStartingPoint,
    yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
  });
}

const version = versionOfPackage();

const environment: CliEnvironment = {
  workingFolder: process.cwd().replaceAll("\\", "/"),
  variables: process.env,
  stdout: outputTo(process.stdout),
  stderr: outputTo(process.stderr),
  readStdin,
  version,
  files: nodeFileSystem,
  rules,
  rulePage: (name) => readIfPresent(new URL(`rules/${name}.md`, bundle)),
  openWorkspace: open,
  async startServer() {
    const { startServer } = await import("../lsp/server.ts");
    const { nodeEnvironment } = await import("../lsp/node-environment.ts");
    startServer(nodeEnvironment(bundle));
  },
  runExplain: () => Promise.reject(new UsageError("the command explain is not in this version")),
};

void runCommandLine(process.argv.slice(2), environment).then((status) => {
  // Not `exit()`: output that a pipe has not taken yet would be lost.
  process.exitCode = status;
});
