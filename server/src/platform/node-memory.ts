import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ProcessMemory } from "./process-memory.ts";

/** Of this process. Node, and Electron too, let V8's flags be set while it runs. */
export const nodeMemory: ProcessMemory = {
  busyTime() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  heldBytes: () => getHeapStatistics().total_heap_size,
  release() {
    setFlagsFromString("--expose-gc");
    // A context that is made now has the function; the one that the program runs in is older than the flag.
    const collectGarbage: unknown = runInNewContext("globalThis.gc");
    if (typeof collectGarbage !== "function") return;
    setFlagsFromString("--compact-on-every-full-gc");
    collectGarbage();
    setFlagsFromString("--no-compact-on-every-full-gc");
  },
};
