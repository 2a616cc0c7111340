/** The process, as far as its memory goes. */
export interface ProcessMemory {
  /** Milliseconds of processor time since the process was started. */
  busyTime(): number;
  /** Bytes that the heap holds, whether they are in use or not. */
  heldBytes(): number;
  /** Moves what is in use together and gives back the rest. Takes up to a second, in which nothing else happens. */
  release(): void;
}
