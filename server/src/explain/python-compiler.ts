import { z } from "zod";
import { BridgeProcess, type BridgeReply } from "./bridge-process.ts";
import type { ExplainError } from "./explain-error.ts";
import { resolveInterpreter } from "./python-interpreter.ts";
import type { CompileRequest, CompileResult, QuerysetCompiler, StartResult } from "./queryset-compiler.ts";

export interface PythonCompilerOptions {
  /** Without trust nothing is started: the bridge imports the project's code. */
  readonly workspaceTrusted: boolean;
  /** Path or name of the interpreter. */
  readonly python: string;
  /** Absolute path of the folder in which the project's commands are run. */
  readonly root: string;
  /** Absolute paths: what the project's code may import, in order. */
  readonly sourceRoots: readonly string[];
  /** Dotted name of the settings module. */
  readonly settings: string;
  /** All that the project sees of the environment, besides what the interpreter itself needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** As PostgreSQL's `server_version_num`: Django writes some SQL differently for newer servers. */
  readonly serverVersion: number;
  readonly limits?: CompilerLimits;
}

export interface CompilerLimits {
  /** To load the project, in milliseconds. */
  readonly startMs: number;
  /** For one expression, in milliseconds. */
  readonly compileMs: number;
}

const defaultLimits: CompilerLimits = { startMs: 60_000, compileMs: 20_000 };

/** Uses the interpreter in which the project runs: exact for its version of Django and its libraries. */
export class PythonInterpreterCompiler implements QuerysetCompiler {
  readonly #options: PythonCompilerOptions;
  readonly #limits: CompilerLimits;
  #process: BridgeProcess | undefined;
  #started: Promise<StartResult> | undefined;

  constructor(options: PythonCompilerOptions) {
    this.#options = options;
    this.#limits = options.limits ?? defaultLimits;
  }

  start(): Promise<StartResult> {
    this.#started ??= this.#start();
    return this.#started;
  }

  async compile({ module, expression, bindings }: CompileRequest): Promise<CompileResult> {
    const started = await this.start();
    if (started.kind === "failed") return started;
    const request = { method: "compile", module, expression, bindings };
    const reply = await this.#process?.request(request, this.#limits.compileMs);
    if (reply === undefined) return failed("internal", "the compiler was closed");
    if (reply.kind === "ended") {
      // A fresh interpreter for the next expression.
      this.#started = undefined;
      return { kind: "failed", error: reply.error };
    }
    return decode(reply, compiled, (result) => ({ kind: "compiled", ...result }));
  }

  async close(): Promise<void> {
    this.#process?.kill();
    this.#process = undefined;
    this.#started = Promise.resolve(failed("internal", "the compiler was closed"));
  }

  async #start(): Promise<StartResult> {
    const { workspaceTrusted, python, root, sourceRoots, settings, environment, serverVersion } =
      this.#options;
    if (!workspaceTrusted) {
      return failed(
        "untrusted-workspace",
        "Django runs the project's own code to make the SQL, which needs a trusted workspace",
      );
    }
    const interpreter = await resolveInterpreter(python, root);
    if (interpreter.kind === "failed") return interpreter;
    this.#process = new BridgeProcess(interpreter.path, root, environment);
    const cpuSeconds = Math.ceil((this.#limits.startMs + 10 * this.#limits.compileMs) / 1000);
    const request = { method: "start", root, sourceRoots, settings, serverVersion, cpuSeconds };
    const reply = await this.#process.request(request, this.#limits.startMs);
    if (reply.kind === "ended") return { kind: "failed", error: reply.error };
    return decode(reply, startInfo, (info) => ({ kind: "started", info }));
  }
}

const startInfo = z.object({
  python: z.string(),
  django: z.string(),
  driver: z
    .string()
    .nullable()
    .transform((driver) => driver ?? undefined),
  engine: z.string(),
  isPostgresql: z.boolean(),
});

const parameter = z.object({
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  type: z.string(),
  name: z.string().nullable(),
});

const compiled = z.object({
  statements: z.array(
    z.object({
      role: z.enum(["queryset", "prefetch", "preparation"]),
      sql: z.string(),
      params: z.array(parameter),
    }),
  ),
  notes: z.array(z.string()),
});

const bridgeError = z.object({
  kind: z.enum([
    "interpreter",
    "django-missing",
    "settings",
    "setup",
    "syntax",
    "unknown-name",
    "unknown-value",
    "not-a-queryset",
    "django-rejected",
    "project-error",
    "database-access",
    "blocked",
    "internal",
  ]),
  message: z.string(),
  detail: z.string().nullish(),
});

const answer = z.union([z.object({ error: bridgeError }), z.object({ result: z.unknown() })]);

type Failed = { readonly kind: "failed"; readonly error: ExplainError };

function failed(kind: ExplainError["kind"], message: string): Failed {
  return { kind: "failed", error: { kind, message } };
}

/** The bridge's answer, which passed through a process that runs foreign code: nothing about it is taken for granted. */
function decode<Content, Result>(
  reply: Extract<BridgeReply, { kind: "answer" }>,
  schema: z.ZodType<Content>,
  make: (content: Content) => Result,
): Result | Failed {
  const parsed = answer.safeParse(reply.answer);
  if (!parsed.success) return failed("internal", "the bridge to Django gave an answer that can't be read");
  if ("error" in parsed.data) {
    const { kind, message, detail } = parsed.data.error;
    return { kind: "failed", error: { kind, message, ...(detail ? { detail } : {}) } };
  }
  const content = schema.safeParse(parsed.data.result);
  if (!content.success) return failed("internal", "the bridge to Django gave an answer that can't be read");
  return make(content.data);
}
