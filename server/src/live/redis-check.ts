/** A check of Redis: what it answered, and what that means. */
import type { RuleCode } from "../rules/finding.ts";
import type { Judgement } from "./judgement.ts";
import type { Expectations, RedisRole } from "./live-connections.ts";
import type { RedisInfo } from "./redis-info.ts";

/** What one command gave, or the sentence that says why it gave nothing. */
export type Answer<Value> =
  | { readonly kind: "answered"; readonly value: Value }
  | { readonly kind: "refused"; readonly reason: string; readonly wantsPassword: boolean };

export interface SlowCommand {
  /** The command and the beginning of its first argument; values are never asked for. */
  readonly command: string;
  readonly microseconds: number;
}

export interface KeySample {
  /** Keys in all databases. */
  readonly keys: number;
  readonly looked: number;
  readonly withoutExpiry: number;
  /** More than 1 MB: the patterns of their names. */
  readonly large: readonly { readonly pattern: string; readonly bytes: number }[];
}

export interface QueueLength {
  readonly queue: string;
  readonly tasks: number;
}

export interface TaskResults {
  readonly looked: number;
  readonly failed: number;
}

export interface RedisAnswers {
  readonly label: string;
  readonly roles: readonly RedisRole[];
  /** Before and after the window. */
  readonly info: readonly [before: RedisInfo, after: RedisInfo];
  /** Value of `save`: empty where no snapshots are made. */
  readonly snapshots: Answer<string>;
  readonly slow: Answer<readonly SlowCommand[]>;
  readonly sample: Answer<KeySample>;
  /** Before and after the window. */
  readonly queues: Answer<readonly [before: readonly QueueLength[], after: readonly QueueLength[]]>;
  readonly results: Answer<TaskResults>;
  /** Names of the workers that the broker knows. */
  readonly workers: Answer<readonly string[]>;
  /** Clients that wait for messages to everybody, as every worker does. */
  readonly listeners: Answer<number>;
}

export interface RedisCheck {
  readonly code: RuleCode;
  /** For which of the connections it means something; the others are not judged. */
  concerns(roles: readonly RedisRole[]): boolean;
  judge(answers: RedisAnswers, expectations: Expectations): Judgement;
}
