import { describe, expect, test } from "vitest";
import { MemoryFileSystem } from "../../platform/memory-file-system.ts";
import type { CliEnvironment } from "../environment.ts";
import { UsageError } from "../usage-error.ts";
import type { CheckedFolder, CheckInput } from "./check-folder.ts";
import { parseCheckOptions } from "./options.ts";
import type { Target } from "./targets.ts";
import { type CheckInThread, checkFolders } from "./threads.ts";

const targets: readonly Target[] = ["/a", "/b", "/c", "/d"].map((folder) => ({ folder, filters: ["."] }));

function input(args: readonly string[], processors: number, checkInThread?: CheckInThread) {
  const updates: (readonly [number, number])[] = [];
  const environment = {
    files: new MemoryFileSystem(),
    rules: [],
    workingFolder: "/",
    variables: {},
    cache: undefined,
    processors,
    checkInThread,
    openWorkspace: () => Promise.reject(new Error("analysed in the main thread")),
  } as unknown as CliEnvironment;
  const request: CheckInput = {
    options: parseCheckOptions(args, []),
    baseline: undefined,
    stdin: undefined,
    tableRows: {},
    environment,
    progress: { update: (done, total) => void updates.push([done, total]), clear: () => {} },
  };
  return { request, updates };
}

/** Threads that take longer for earlier folders, and say how many ran together. */
function threads(failing?: string) {
  let running = 0;
  const seen = { most: 0, started: [] as string[] };
  const run: CheckInThread = async ({ target }, progress) => {
    seen.started.push(target.folder);
    running += 1;
    seen.most = Math.max(seen.most, running);
    progress(1, 2);
    await new Promise((resolve) => setTimeout(resolve, 20 - 5 * targets.indexOf(target)));
    running -= 1;
    if (target.folder === failing) throw new UsageError(`${failing} is wrong`);
    return { target } as CheckedFolder;
  };
  return { run, seen };
}

describe("folders are checked in threads", () => {
  test.each([
    ["as many as there are processors", [], 3, 3],
    ["as many as are asked for", ["--threads", "2"], 8, 2],
    ["no more than there are folders", ["--threads", "9"], 1, 4],
  ])("%s", async (_, args, processors, expected) => {
    const { run, seen } = threads();
    const { request } = input(args, processors, run);
    const folders = await checkFolders(targets, request);
    expect(folders.map(({ target }) => target.folder)).toEqual(["/a", "/b", "/c", "/d"]);
    expect(seen.most).toBe(expected);
  });

  test("and their progress is added up", async () => {
    const { request, updates } = input(["--threads", "4"], 1, threads().run);
    await checkFolders(targets, request);
    expect(updates.at(-1)).toEqual([4, 8]);
  });

  test("until one fails", async () => {
    const { run, seen } = threads("/a");
    const { request } = input(["--threads", "2"], 1, run);
    await expect(checkFolders(targets, request)).rejects.toThrow("/a is wrong");
    expect(seen.started.length).toBeLessThan(4);
  });
});

describe("folders are checked in the main thread", () => {
  test.each([
    ["one alone", [], 8, targets.slice(0, 1)],
    ["with --threads 1", ["--threads", "1"], 8, targets],
    ["on one processor", [], 1, targets],
  ])("%s", async (_, args, processors, some) => {
    const { request } = input(args, processors, threads().run);
    await expect(checkFolders(some, request)).rejects.toThrow("analysed in the main thread");
  });
});
