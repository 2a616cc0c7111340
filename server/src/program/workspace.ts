import type { CancellationToken } from "../base/cancellation.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { DjangoProject } from "../django/project.ts";
import type { Fact, Gap } from "../interpret/facts.ts";
import type { EndpointQueries } from "../interpret/roots/endpoints.ts";
import type { Finding } from "../rules/finding.ts";
import type { Refactoring } from "../rules/refactorings/refactoring.ts";
import type { Comment } from "../syntax/ast.ts";

/**
 * Everything known about one folder with its Django projects. Front ends tell it what changed and ask for the
 * analysis; unchanged parts are reused. All paths are relative to the folder and use `/`.
 */
export interface Workspace {
  /** The text of an open buffer, which hides the file on disk. */
  setBuffer(path: string, text: string): void;
  closeBuffer(path: string): void;
  /** Files that were created, changed or deleted on disk. */
  filesChanged(paths: readonly string[]): void;
  /**
   * The analysis of the present state. Answers the previous object when nothing changed.
   * @throws CancelledError when cancelled; what was finished by then is kept for the next call.
   */
  analyze(token: CancellationToken, progress?: (done: number, total: number) => void): Promise<Analysis>;
  /**
   * The last analysis with the present state of one file, in the time between two keystrokes: of its findings only those
   * that have to do with that file. The functions around the change are analysed; what others say about the file stays
   * as it was. Undefined where more changed than the body of a function, or nothing was analysed yet.
   */
  preview(path: string): Analysis | undefined;
  /** Frees what it keeps outside of the garbage-collected heap. Analyses stay usable. */
  dispose(): void;
}

/** An immutable result. Findings are neither filtered nor suppressed: that is `lint/`'s work. */
export interface Analysis {
  readonly projects: readonly DjangoProject[];
  /** How each of the projects is deployed, in the same order. */
  readonly deployments: readonly Deployment[];
  /** Ordered by path, then position. */
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** What views, tasks and commands send to the database; empty unless the workspace was opened to count that. */
  readonly endpoints: readonly EndpointQueries[];
  /** What is not understood. Nothing is reported about it. */
  readonly gaps: readonly Gap[];
  /** Number of first-party files analysed. */
  readonly files: number;
  /** Text of a first-party file as it was analysed. */
  text(path: string): string | undefined;
  comments(path: string): readonly Comment[];
  /** Changes of a file that somebody may want without anything being wrong. Computed when they are asked for. */
  refactorings(path: string): readonly Refactoring[];
  /** What interpreting the functions and classes of a file taught; empty for a file that is not looked at for its own sake. */
  facts(path: string): readonly Fact[];
}

/** Something that limits the analysis: a file that could not be read, a limit reached, a rule that failed. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}
