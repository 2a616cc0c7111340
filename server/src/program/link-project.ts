import { createPythonProgram } from "../python/create-program.ts";
import type { LibraryLoader } from "../python/module-table.ts";
import type { PythonProgram } from "../python/program.ts";
import type { Module } from "../python/symbols.ts";
import { djangoStringLoader, settingText } from "./string-loader.ts";

export interface LinkInput {
  readonly modules: readonly Module[];
  readonly settingsModule: string | undefined;
  readonly loadLibraryModule?: LibraryLoader | undefined;
}

/** Links the modules of a Django project, and follows the strings by which Django projects name classes. */
export function linkProject({ modules, settingsModule, loadLibraryModule }: LinkInput): PythonProgram {
  const program: PythonProgram = createPythonProgram({
    modules,
    ...(loadLibraryModule && { loadLibraryModule }),
    // Asked only when a name is resolved, and then the program is there to read the settings.
    loadString: djangoStringLoader(modules, (name) =>
      settingsModule === undefined ? undefined : settingText(program, settingsModule, name),
    ),
  });
  return program;
}
