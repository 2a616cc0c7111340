import { fileURLToPath } from "node:url";
import { BridgeCompiler, type BridgeProject, type PreparedBridge } from "./bridge-compiler.ts";
import { resolveInterpreter } from "./python-interpreter.ts";

export interface PythonCompilerOptions extends BridgeProject {
  /** Path or name of the interpreter. */
  readonly python: string;
}

/** The folder beside this file, or beside the bundle. */
const bridgeFolder = fileURLToPath(new URL("./bridge", import.meta.url));

/** Without these an interpreter does not start, or does not find its libraries. */
const inherited = [
  "SYSTEMROOT",
  "USERPROFILE",
  "LD_LIBRARY_PATH",
  "DYLD_LIBRARY_PATH",
  "DYLD_FALLBACK_LIBRARY_PATH",
];

/** Uses the interpreter in which the project runs: exact for its version of Django and its libraries. */
export class PythonInterpreterCompiler extends BridgeCompiler {
  readonly #options: PythonCompilerOptions;

  constructor(options: PythonCompilerOptions) {
    super(options);
    this.#options = options;
  }

  protected async prepare(cpuSeconds: number): Promise<PreparedBridge> {
    const { python, root, sourceRoots, settings, environment, serverVersion, unsaved } = this.#options;
    const interpreter = await resolveInterpreter(python, root);
    if (interpreter.kind === "failed") return interpreter;
    return {
      kind: "prepared",
      launch: async () => ({
        command: interpreter.path,
        args: ["-B", bridgeFolder],
        folder: root,
        environment: interpreterEnvironment(environment),
        description: "the Python interpreter",
      }),
      request: {
        root,
        sourceRoots,
        settings,
        serverVersion,
        cpuSeconds,
        unsaved: Object.fromEntries(unsaved ?? []),
      },
    };
  }
}

function interpreterEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
  const base: Record<string, string> = { LANG: "C.UTF-8", PYTHONIOENCODING: "utf-8" };
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) base[name] = value;
  }
  return { ...base, ...environment };
}
