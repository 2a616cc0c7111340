/**
 * Runs a Python script in Pyodide: `node run-in-pyodide.mjs WHEELS SCRIPT INPUT OUTPUT`.
 * The script finds the wheels installed, and INPUT and OUTPUT as its arguments.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { loadPyodide } from "pyodide";

const [, , wheels, script, inputPath, outputPath] = process.argv;

try {
  const pyodide = await loadPyodide();
  for (const name of readdirSync(wheels).filter((each) => each.endsWith(".whl"))) {
    pyodide.unpackArchive(new Uint8Array(readFileSync(path.join(wheels, name))), "wheel");
  }
  pyodide.FS.writeFile("/input.json", readFileSync(inputPath));
  pyodide.FS.writeFile("/script.py", readFileSync(script));
  pyodide.runPython(`
import runpy, sys
sys.argv = ["/script.py", "/input.json", "/output.json"]
runpy.run_path("/script.py", run_name="__main__")
`);
  writeFileSync(outputPath, pyodide.FS.readFile("/output.json"));
} catch (error) {
  // The stack that Node would print goes through a megabyte of generated code on one line.
  console.error(error.message);
  process.exitCode = 1;
}
