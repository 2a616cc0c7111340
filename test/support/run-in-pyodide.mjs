/**
 * Runs a Python script in Pyodide:
 *
 *     node run-in-pyodide.mjs remember PACKAGES MEMORY
 *     node run-in-pyodide.mjs run PACKAGES MEMORY SCRIPT INPUT OUTPUT
 *
 * `remember` writes the file MEMORY, with what an interpreter remembers that has imported Django: starting and importing
 * takes four times as long as most scripts. `run` goes on from there. The script finds what is in the folder PACKAGES
 * installed, and INPUT and OUTPUT as its arguments.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { loadPyodide } from "pyodide";

/** In the file system that Python sees. Files are no part of what an interpreter remembers. */
const packagesFolder = "/packages";

/** None of these modules needs settings. */
const importDjango = `
import sys
sys.path.insert(0, "${packagesFolder}")
import django.core.mail.backends.locmem
import django.db.backends.sqlite3.base
import django.forms.models
import django.template.engine
import django.test.client
import django.views.generic
`;

const runScript = `
import runpy, sys
sys.argv = ["/script.py", "/input.json", "/output.json"]
runpy.run_path("/script.py", run_name="__main__")
`;

// As in the sandbox of the product: compiling Python's evaluation loop once more takes longer than it saves.
setFlagsFromString("--wasm-tiering-budget=1000000000");

const [, , mode, packages = "", memory = "", script = "", inputPath = "", outputPath = ""] = process.argv;

try {
  if (mode === "remember") {
    const pyodide = await load({ _makeSnapshot: true });
    pyodide.runPython(importDjango);
    writeFileSync(memory, pyodide.makeMemorySnapshot());
  } else {
    const snapshot = readFileSync(memory);
    const pyodide = await load({
      _loadSnapshot: snapshot,
      createPyodideModule: moduleWithRoom(snapshot.length),
    });
    pyodide.FS.writeFile("/input.json", readFileSync(inputPath));
    pyodide.FS.writeFile("/script.py", readFileSync(script));
    pyodide.runPython(runScript);
    writeFileSync(outputPath, pyodide.FS.readFile("/output.json"));
  }
} catch (error) {
  // The stack that Node would print goes through a megabyte of generated code on one line.
  console.error(error.message);
  process.exitCode = 1;
}

/** @param {object} options of Pyodide */
async function load(options) {
  const pyodide = await loadPyodide({ env: { HOME: "/", PYTHONDONTWRITEBYTECODE: "1" }, ...options });
  pyodide.FS.mkdirTree(packagesFolder);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: packages }, packagesFolder);
  return pyodide;
}

/**
 * Pyodide copies what is remembered into the memory of its module, which it does not make larger.
 * @param {number} size in bytes
 */
function moduleWithRoom(size) {
  return async (/** @type {unknown} */ settings) => {
    const { default: create } = await import(new URL("pyodide.asm.mjs", import.meta.resolve("pyodide")).href);
    const module = await create(settings);
    const before = module.HEAP8.length;
    while (module.HEAP8.length < size) {
      if (module._malloc(size - module.HEAP8.length) === 0) throw new Error("not enough memory");
    }
    // What the allocations have written there.
    module.HEAP8.fill(0, before);
    return module;
  };
}
