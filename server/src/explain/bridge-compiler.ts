import type { z } from "zod";
import { type BridgeLaunch, BridgeProcess } from "./bridge-process.ts";
import {
  compileResult,
  decode,
  type Failed,
  failed,
  readsClock,
  schemaResult,
  startResult,
} from "./bridge-protocol.ts";
import type {
  CompileRequest,
  CompileResult,
  CompilerInfo,
  QuerysetCompiler,
  SchemaResult,
  StartResult,
} from "./queryset-compiler.ts";

export interface CompilerLimits {
  /** To load the project, in milliseconds. */
  readonly startMs: number;
  /** For one request, in milliseconds. */
  readonly compileMs: number;
}

const defaultLimits: CompilerLimits = { startMs: 60_000, compileMs: 20_000 };

/** What every way to run the bridge needs to know about a project. */
export interface BridgeProject {
  /** Without trust nothing is started: the bridge imports the project's code. */
  readonly workspaceTrusted: boolean;
  /** Absolute path of the folder in which the project's commands are run. */
  readonly root: string;
  /** Absolute paths: what the project's code may import, in order. */
  readonly sourceRoots: readonly string[];
  /** Dotted name of the settings module. */
  readonly settings: string;
  /** Texts that stand for those on disk, by absolute paths: what is open in an editor and not saved. */
  readonly unsaved?: ReadonlyMap<string, string>;
  /** All that the project sees of the environment, besides what the interpreter itself needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** As PostgreSQL's `server_version_num`: Django writes some SQL differently for newer servers. */
  readonly serverVersion: number;
  readonly limits?: CompilerLimits;
}

/** What a process that runs the bridge is told first, how it is started, and what is known of its answers. */
export type PreparedBridge =
  | {
      readonly kind: "prepared";
      readonly request: object;
      readonly launch: () => Promise<BridgeLaunch>;
      readonly answers?: KeptAnswers | undefined;
    }
  | Failed;

/** Answers to requests of former sessions, for which nothing has to be started. */
export interface KeptAnswers {
  /** Undefined where there is none. */
  read(request: object): unknown;
  write(request: object, answer: unknown): void;
  /** Keeps at once what was written. */
  flush(): void;
}

const startRequest = { method: "start" };

/** A compiler that asks the bridge in a process of its own. */
export abstract class BridgeCompiler implements QuerysetCompiler {
  readonly #trusted: boolean;
  readonly #limits: CompilerLimits;
  #prepared: Promise<PreparedBridge> | undefined;
  #answers: KeptAnswers | undefined;
  #process: BridgeProcess | undefined;
  #started: Promise<StartResult> | undefined;
  #running: Promise<StartResult> | undefined;
  #closed = false;

  constructor({ workspaceTrusted, limits = defaultLimits }: BridgeProject) {
    this.#trusted = workspaceTrusted;
    this.#limits = limits;
  }

  /** @param cpuSeconds how much processor time the process may take, all requests together */
  protected abstract prepare(cpuSeconds: number): Promise<PreparedBridge>;

  start(): Promise<StartResult> {
    this.#started ??= this.#start();
    return this.#started;
  }

  compile({ module, expression, bindings, querysets = [] }: CompileRequest): Promise<CompileResult> {
    const request = { method: "compile", module, expression, bindings, querysets };
    return this.#ask(request, compileResult, (result) => ({ kind: "compiled", ...result }));
  }

  schema(): Promise<SchemaResult> {
    return this.#ask({ method: "schema" }, schemaResult, (schema) => ({ kind: "schema", schema }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#answers?.flush();
    this.#process?.kill();
    this.#process = undefined;
    this.#started = Promise.resolve(closed());
    this.#running = this.#started;
  }

  async #ask<Content, Result extends { readonly kind: string }>(
    request: { readonly method: string },
    schema: z.ZodType<Content>,
    make: (content: Content) => Result,
  ): Promise<Result | Failed> {
    const started = await this.start();
    if (started.kind === "failed") return started;
    const kept = this.#kept(request, schema);
    if (kept !== undefined) return make(kept);
    this.#running ??= this.#run();
    const running = await this.#running;
    if (running.kind === "failed") return running;
    const reply = await this.#process?.request(request, this.#limits.compileMs);
    if (reply === undefined) return closed();
    if (reply.kind === "ended") {
      // A fresh process for the next request.
      this.#started = undefined;
      this.#running = undefined;
      return { kind: "failed", error: reply.error };
    }
    return decode(reply, schema, (content) => {
      // A queryset that is compared with the present is another one in the next session.
      if (request.method !== "compile" || !readsClock(reply)) this.#answers?.write(request, content);
      return make(content);
    });
  }

  async #start(): Promise<StartResult> {
    if (!this.#trusted) {
      return failed(
        "untrusted-workspace",
        "Django runs the project's own code to make the SQL, which needs a trusted workspace",
      );
    }
    const { startMs, compileMs } = this.#limits;
    this.#prepared = this.prepare(Math.ceil((startMs + 10 * compileMs) / 1000));
    const prepared = await this.#prepared;
    if (prepared.kind === "failed") return prepared;
    if (this.#closed) return closed();
    this.#answers = prepared.answers;
    const kept = this.#kept(startRequest, startResult);
    if (kept !== undefined) return startedWith(kept);
    this.#running = this.#run();
    return this.#running;
  }

  /** Starts the process and loads the project in it. */
  async #run(): Promise<StartResult> {
    const prepared = await this.#prepared;
    if (prepared === undefined || this.#closed) return closed();
    if (prepared.kind === "failed") return prepared;
    // It may hold the sources of the project.
    this.#prepared = undefined;
    const launch = await prepared.launch();
    if (this.#closed) return closed();
    this.#process = new BridgeProcess(launch);
    const reply = await this.#process.request({ ...startRequest, ...prepared.request }, this.#limits.startMs);
    if (reply.kind === "ended") return { kind: "failed", error: reply.error };
    return decode(reply, startResult, (info) => {
      this.#answers?.write(startRequest, info);
      return startedWith(info);
    });
  }

  #kept<Content>(request: object, schema: z.ZodType<Content>): Content | undefined {
    const kept = this.#answers?.read(request);
    return kept === undefined ? undefined : schema.safeParse(kept).data;
  }
}

function startedWith(info: CompilerInfo): StartResult {
  return { kind: "started", info };
}

function closed(): Failed {
  return failed("internal", "the compiler was closed");
}
