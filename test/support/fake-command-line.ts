/** The command line in memory: a fake analysis behind the real commands. */
import type { CliEnvironment } from "../../server/src/cli/environment.ts";
import { runCommandLine } from "../../server/src/cli/run.ts";
import { MemoryFileSystem } from "../../server/src/platform/memory-file-system.ts";
import type { Problem, Workspace } from "../../server/src/program/workspace.ts";
import type { Finding } from "../../server/src/rules/finding.ts";
import { type Files, fakeAnalysis, fakeRules } from "./fake-analysis.ts";
import { testParser } from "./python-parser.ts";

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FakeProject {
  /** By path in the folder of the project, which is the working folder. */
  readonly files: Files;
  /** The findings in the present texts of the Python files. */
  readonly find?: (texts: Files) => readonly Finding[];
  readonly stdin?: string;
  readonly terminal?: boolean;
  readonly variables?: Readonly<Record<string, string>>;
  readonly fails?: Error;
  readonly problems?: readonly Problem[];
}

export async function runFake(project: FakeProject, ...args: readonly string[]): Promise<CommandResult> {
  const { files, stdin = "", terminal = false } = project;
  const folder = "/shop";
  const written = { stdout: "", stderr: "" };
  const outputTo = (stream: "stdout" | "stderr") => ({
    write(text: string) {
      written[stream] += text;
    },
    isTerminal: terminal,
  });
  const environment: CliEnvironment = {
    workingFolder: folder,
    variables: project.variables ?? {},
    stdout: outputTo("stdout"),
    stderr: outputTo("stderr"),
    readStdin: async () => stdin,
    version: "1.2.3",
    build: "1.2.3",
    cache: undefined,
    processors: 1,
    files: new MemoryFileSystem(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text])),
    ),
    rules: fakeRules,
    rulePage: (name) => (name === "create-in-loop" ? "# create-in-loop (QS301)\n" : undefined),
    openWorkspace: async () => fakeWorkspace(project),
    startServer: async () => {},
    embeddedPostgres: new URL("../../dist/embedded/", import.meta.url),
    pythonParser: testParser,
    confirm: async () => undefined,
  };
  const status = await runCommandLine(args, environment);
  return { status, ...written };
}

function fakeWorkspace({ files, find = () => [], fails, problems = [] }: FakeProject): Workspace {
  const texts = new Map(Object.entries(files).filter(([path]) => path.endsWith(".py")));
  return {
    setBuffer: (path, text) => void texts.set(path, text),
    closeBuffer: () => {},
    dispose: () => {},
    filesChanged: () => {},
    preview: () => undefined,
    async analyze(_token, progress) {
      if (fails !== undefined) throw fails;
      progress?.(texts.size, texts.size);
      const present = Object.fromEntries(texts);
      return { ...(await fakeAnalysis(present, find(present))), problems };
    },
  };
}
