/** Mistakes in configuration files, with places that a terminal can open. */
import type { LoadedConfiguration, LocatedProblem } from "../../lint/configuration-loading.ts";
import { placesOfNames, type UnknownName } from "../../lint/table-names.ts";
import { placeConfigurationProblem } from "../output/create-report.ts";
import type { PlacedProblem } from "../output/report.ts";
import type { CheckedFolder } from "./check-folder.ts";
import { shownPath } from "./working-folder.ts";

/** Each file once, however many folders read it. */
export function configurationProblemsOf(
  folders: readonly Pick<CheckedFolder, "loaded">[],
  workingFolder: string,
): readonly PlacedProblem[] {
  const seen = new Set<string>();
  return folders.flatMap(({ loaded }) =>
    loaded.problems.flatMap((problem) => {
      const id = `${problem.path}\0${problem.range.start}\0${problem.message}`;
      if (seen.has(id)) return [];
      seen.add(id);
      return placed([problem], loaded, workingFolder);
    }),
  );
}

/** Tables and columns that the project does not have. */
export function problemsOfNames(
  names: readonly UnknownName[],
  loaded: LoadedConfiguration,
  workingFolder: string,
): readonly PlacedProblem[] {
  return placed(placesOfNames(names, loaded), loaded, workingFolder);
}

/** As compilers write it. */
export function problemLine({ path, range, message }: PlacedProblem): string {
  return `${path}${range === undefined ? "" : `:${range.start.line}:${range.start.column}`}: ${message}`;
}

function placed(
  problems: readonly LocatedProblem[],
  { file }: LoadedConfiguration,
  workingFolder: string,
): readonly PlacedProblem[] {
  return problems.map((problem) => {
    const text = file !== undefined && file.path === problem.path ? file.text : undefined;
    return placeConfigurationProblem(problem, shownPath(problem.path, workingFolder), text);
  });
}
