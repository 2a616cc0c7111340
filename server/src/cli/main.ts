/** The composition root of the command line: puts the real world behind `CliEnvironment`. */
import { fileURLToPath } from "node:url";
import { nodeEnvironment } from "../lsp/node-environment.ts";
import type { CliEnvironment, Output } from "./environment.ts";
import { runCommandLine } from "./run.ts";
import { confirm } from "./terminal/confirm.ts";

/** The folder of the bundle, with what it reads at run time beside it. */
const bundle = new URL("./", import.meta.url);
const node = nodeEnvironment(bundle);

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

void runCommandLine(process.argv.slice(2), environment).then((status) => {
  // Not `exit()`: output that a pipe has not taken yet would be lost.
  process.exitCode = status;
});
