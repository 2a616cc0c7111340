/** Gives memory back to the system when an analysis is over and nobody asks for anything. */
import type { ProcessMemory } from "../platform/process-memory.ts";

/** Milliseconds. Who has typed nothing for so long reads, and does not notice. */
const quiet = 10_000;
/** Milliseconds of work in that time that are still rest: timers, messages that ask for nothing. */
const restingWork = 200;
/** Bytes by which the heap has grown since memory was last given back, from which on it is worth the time. */
const worthwhile = 32_000_000;

/**
 * After an analysis almost half of the heap lies in pages that hold a few objects each: V8 collects garbage by itself, but
 * moves only a few megabytes together each time.
 */
export class IdleMemory {
  readonly #memory: ProcessMemory;
  #timer: NodeJS.Timeout | undefined;
  #held: number;

  constructor(memory: ProcessMemory) {
    this.#memory = memory;
    this.#held = memory.heldBytes();
  }

  /** An analysis has ended, or something else that takes memory. */
  worked(): void {
    clearTimeout(this.#timer);
    const busy = this.#memory.busyTime();
    this.#timer = setTimeout(() => this.#paused(busy), quiet).unref();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #paused(busyBefore: number): void {
    if (this.#memory.busyTime() - busyBefore > restingWork) this.worked();
    else if (this.#memory.heldBytes() - this.#held >= worthwhile) {
      this.#memory.release();
      this.#held = this.#memory.heldBytes();
    }
  }
}
