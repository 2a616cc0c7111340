import { execFileSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { buildServer, removeServer } from "../../lsp/support/build-server.ts";
import { realServer } from "../../lsp/support/sessions.ts";
import { temporaryFolder } from "../../lsp/support/temporary-folder.ts";

const project = fileURLToPath(new URL("../project", import.meta.url));

export interface EditorRun {
  /** Lines that the script wrote. */
  readonly output: readonly string[];
  /** The file that it was given, and its text before. */
  readonly file: string;
  readonly before: string;
}

/** Editors that run a script of ours and start the server by themselves, over standard input and output. */
export function useStdioEditor(): { run(program: string, args: readonly string[]): EditorRun } {
  let server = "";
  beforeAll(async () => {
    server = await buildServer(realServer);
  });
  afterAll(() => removeServer(server));
  return {
    run(program, args) {
      const folder = temporaryFolder({});
      cpSync(project, folder, { recursive: true });
      const file = path.join(folder, "shop/views.py");
      const before = readFileSync(file, "utf8");
      const variables = { NODE: process.execPath, SERVER: server, ROOT: folder, FILE: file, HOME: folder };
      const output = execFileSync(program, args, {
        encoding: "utf8",
        timeout: 120_000,
        env: { ...process.env, ...variables },
      });
      return { output: output.trim().split("\n"), file, before };
    },
  };
}
