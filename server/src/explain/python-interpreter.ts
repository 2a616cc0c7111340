import { execFile } from "node:child_process";
import type { ExplainError } from "./explain-error.ts";

export type InterpreterResult =
  | {
      readonly kind: "found";
      readonly path: string;
      /** Whether Django is installed for it, of whatever version. */
      readonly hasDjango: boolean;
    }
  | { readonly kind: "failed"; readonly error: ExplainError };

const timeoutMs = 10_000;

const script = `
import sys
try:
    from importlib.util import find_spec
    django = find_spec("django") is not None
except Exception:
    django = False
print("\\n%s\\n%s" % (sys.executable, django))
`;

/**
 * The interpreter behind a name or path: version managers put scripts in its place that need the whole environment,
 * which the bridge does not get. Runs no code of the project.
 */
export function resolveInterpreter(python: string, folder: string): Promise<InterpreterResult> {
  return new Promise((resolve) => {
    execFile(python, ["-I", "-c", script], { cwd: folder, timeout: timeoutMs }, (error, stdout) => {
      const [path, hasDjango] = stdout.trim().split(/\r?\n/).slice(-2);
      if (error === null && path) resolve({ kind: "found", path, hasDjango: hasDjango === "True" });
      else resolve({ kind: "failed", error: { kind: "interpreter", message: explain(python, error) } });
    });
  });
}

function explain(python: string, error: (Error & { code?: unknown; killed?: boolean }) | null): string {
  if (error?.code === "ENOENT") return `there is no Python interpreter ${python}`;
  if (error?.killed) return `the Python interpreter ${python} does not answer`;
  return `the Python interpreter ${python} could not be started`;
}
