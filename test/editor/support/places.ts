import { execFileSync } from "node:child_process";

/** The line of the first occurrence, from 1. */
export function lineOf(text: string, snippet: string): number {
  return text.slice(0, text.indexOf(snippet)).split("\n").length;
}

/** The processes that run the extension's server from below a folder. */
export function serversIn(folder: string): readonly number[] {
  const processes = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return processes
    .filter((line) => line.includes(folder) && line.includes("dist/server.cjs"))
    .map((line) => Number.parseInt(line, 10));
}
