import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadPyodide, type PyodideAPI } from "pyodide";
import { WatchedClock } from "./clock.ts";

/** The folder of this program: Pyodide's files, Django, and beside it the bridge. */
const folder = new URL("./", import.meta.url);
const bridge = new URL("../bridge/queryscope_bridge/", folder);

/** In the file system that Python sees. */
const djangoArchive = "/django.zip";
const bridgeFolder = "/bridge/queryscope_bridge";
/** As in `installed-django.ts`, which is no part of this program. */
const environmentRoot = "/environment";

const importBeforehand = `
import sys
sys.path[:0] = ["${djangoArchive}", "/bridge"]
import queryscope_bridge.preload
`;

/** Another Django than the one that ships is found first; what that needs ships too. */
const importBridgeAlone = `
import sys
sys.path[:0] = ["${environmentRoot}", "${djangoArchive}", "/bridge"]
import queryscope_bridge.server
`;

export interface Interpreter {
  readonly python: PyodideAPI;
  /** Answers one request of the bridge's protocol, and says with `readsClock` where that depends on the time of day. */
  answer(line: string): string;
}

/**
 * An interpreter with everything imported that does not depend on a project.
 * @param snapshot what `snapshotOf` gave; without one everything is loaded anew
 * @param ownDjango false where the first request brings the Django
 */
export async function startPython(
  snapshot: Uint8Array | undefined,
  ownDjango: boolean,
): Promise<Interpreter> {
  const clock = new WatchedClock();
  const python = await load({ clock, ...(snapshot === undefined ? {} : { snapshot }) });
  if (!ownDjango) python.FS.mkdirTree(environmentRoot);
  if (snapshot === undefined) python.runPython(ownDjango ? importBeforehand : importBridgeAlone);
  const answer = python.runPython("queryscope_bridge.server.Bridge().answer") as (line: string) => string;
  return {
    python,
    answer: (line) => {
      const before = clock.readings;
      const text = answer(line);
      return clock.readings === before ? text : `${text.slice(0, -1)}, "readsClock": true}`;
    },
  };
}

/** The memory of an interpreter in which nothing of any project has run. */
export async function makeSnapshot(): Promise<Uint8Array> {
  const python = await load({ clock: new WatchedClock(), makeSnapshot: true });
  python.runPython(importBeforehand);
  return python.makeMemorySnapshot();
}

interface LoadOptions {
  readonly clock: WatchedClock;
  readonly snapshot?: Uint8Array;
  readonly makeSnapshot?: boolean;
}

async function load({ snapshot, clock, makeSnapshot = false }: LoadOptions): Promise<PyodideAPI> {
  const { default: create } = await import(new URL("pyodide.asm.mjs", folder).href);
  const python = await loadPyodide({
    indexURL: fileURLToPath(folder),
    createPyodideModule: async (settings) => {
      const { instantiateWasm } = settings;
      const watched: typeof instantiateWasm = (imports, receive) => {
        clock.watch(imports);
        instantiateWasm?.(imports, receive);
      };
      const module = await create({ ...settings, instantiateWasm: watched });
      if (snapshot !== undefined) makeRoom(module, snapshot.length);
      return module;
    },
    // Nothing of this process, which `import js` would give.
    jsglobals: emptyObject(),
    env: { HOME: "/", PYTHONDONTWRITEBYTECODE: "1", PYTHONHASHSEED: "0", LANG: "C.UTF-8" },
    stdin: () => null,
    stdout: ignore,
    stderr: ignore,
    ...(makeSnapshot ? { _makeSnapshot: true } : {}),
    ...(snapshot === undefined ? {} : { _loadSnapshot: snapshot }),
  });
  // Files are not part of a snapshot.
  python.FS.writeFile(djangoArchive, readFileSync(new URL("django.zip", folder)));
  python.FS.mkdirTree(bridgeFolder);
  for (const name of readdirSync(bridge).filter((each) => each.endsWith(".py"))) {
    python.FS.writeFile(`${bridgeFolder}/${name}`, readFileSync(new URL(name, bridge)));
  }
  return python;
}

interface EmscriptenModule {
  readonly HEAP8: Int8Array;
  _malloc(size: number): number;
}

/** Pyodide copies a snapshot into the memory as it is: it does not make it larger. */
function makeRoom(module: EmscriptenModule, size: number): void {
  const before = module.HEAP8.length;
  while (module.HEAP8.length < size) {
    // Part of it may be found in what is there.
    if (module._malloc(size - module.HEAP8.length) === 0)
      throw new Error("not enough memory for the snapshot");
  }
  // What the allocations have written behind the snapshot.
  if (module.HEAP8.length > before) module.HEAP8.fill(0, before);
}

function emptyObject(): object {
  return Object.create(null);
}

function ignore(): void {}
