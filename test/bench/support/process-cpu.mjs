/** Processor time of processes that run, from the kernel's nanoseconds (Linux only). */
import { readdirSync, readFileSync } from "node:fs";

/**
 * Milliseconds of all threads of a process.
 * @param {number} pid
 */
export function cpuMs(pid) {
  let total = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    total += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ", 1)[0]);
  }
  return total / 1e6;
}

/**
 * Milliseconds of a process with all that it started, also of what has ended.
 * @param {number} pid
 * @returns {number}
 */
export function treeCpuMs(pid) {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean),
  );
  return children.reduce((total, child) => total + treeCpuMs(Number(child)), cpuMs(pid) + endedMs(pid));
}

/** Of children that have ended, in ticks of 10 ms.
 * @param {number} pid
 */
function endedMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in parentheses may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * 10;
}
