/** The composition root of the command line: puts the real world behind `CliEnvironment`. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { isMainThread } from "node:worker_threads";
import { nodeEnvironment } from "../composition/node-environment.ts";
import { createCacheFolder, userCacheFolder } from "../platform/cache-folder.ts";
import { answerThreadRequest, checkInThreadOf } from "./check/worker-thread.ts";
import type { CliEnvironment, Output } from "./environment.ts";
import { runCommandLine } from "./run.ts";
import { confirm } from "./terminal/confirm.ts";

/** The folder of the bundle, with what it reads at run time beside it. */
const bundle = new URL("./", import.meta.url);
const node = nodeEnvironment(bundle);
const program = fileURLToPath(import.meta.url);

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

const environment: CliEnvironment = {
  ...node,
  build: createHash("sha256").update(readFileSync(program)).digest("hex"),
  cache: createCacheFolder(userCacheFolder()),
  processors: availableParallelism(),
  checkInThread: checkInThreadOf(program),
  workingFolder: process.cwd().replaceAll("\\", "/"),
  variables: process.env,
  stdout: outputTo(process.stdout),
  stderr: outputTo(process.stderr),
  readStdin,
  rulePage(name) {
    const page = node.files.readText(fileURLToPath(new URL(`rules/${name}.md`, bundle)));
    return page.kind === "text" ? page.text : undefined;
  },
  async startServer() {
    const { startServer } = await import("../lsp/server.ts");
    startServer(node);
  },
  confirm,
};

async function runMain(): Promise<void> {
  const args = process.argv.slice(2);
  // Compiling what is hot with all optimisations costs more than it brings in a run of a few seconds: with a budget of
  // seven times V8's, projects of 40,000 lines take a third less CPU time, and one of 225,000 lines takes no more. The
  // language server lives long enough to profit from optimised code early.
  if (args[0] !== "server") setFlagsFromString("--interrupt-budget=1000000");
  // Not `exit()`: output that a pipe has not taken yet would be lost.
  process.exitCode = await runCommandLine(args, environment);
}

void (isMainThread ? runMain() : answerThreadRequest(environment));
