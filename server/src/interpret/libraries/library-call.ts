/** What is known of a call of a library's function, class or method. */
import type { BlockingOperation, Wait } from "../facts.ts";
import type { Arguments } from "../interpreter.ts";

export interface LibraryCall {
  /** How it makes its caller wait. Undefined where it only makes an object. */
  readonly operation?: BlockingOperation;
  /** Where it is told how long to wait, and what it does otherwise. */
  readonly timeout?: Timeout;
  /** The object that it gives, by a name of its own: `requests.Session()`. */
  readonly gives?: string | ((args: Arguments) => string);
  /** Worth a fact only for what somebody uploads. */
  readonly ofUploads?: true;
  /** With other arguments it does not wait. */
  applies?(args: Arguments): boolean;
}

export interface Timeout {
  readonly keyword: string;
  readonly position?: number;
  readonly byDefault: Wait;
}
