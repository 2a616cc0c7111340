import type { ExplainProject } from "../../explain/explain-project.ts";
import type { ExplainRun } from "../../explain/explain-run.ts";
import type { LoadedConfiguration } from "../../lint/configuration-loading.ts";
import { problemLine, problemsOfNames } from "../check/configuration-problems.ts";
import type { Log } from "../check/log.ts";
import { unknownNamesIn } from "./schema-names.ts";

/** Says of each configuration file what means nothing in a project: once, however many files are explained. */
export class ToldNames {
  readonly #run: ExplainRun;
  readonly #workingFolder: string;
  readonly #log: Log;
  /** Projects and configuration files that were looked through. */
  readonly #checked = new Set<string>();
  readonly #told = new Set<string>();

  constructor(run: ExplainRun, workingFolder: string, log: Log) {
    this.#run = run;
    this.#workingFolder = workingFolder;
    this.#log = log;
  }

  async tell(project: ExplainProject, loaded: LoadedConfiguration): Promise<void> {
    const { root, settings } = project;
    const id = JSON.stringify([root, settings, loaded.file?.path]);
    if (this.#checked.has(id)) return;
    this.#checked.add(id);
    const unknown = await unknownNamesIn(this.#run, project, loaded.named);
    for (const problem of problemsOfNames(unknown, loaded, this.#workingFolder)) {
      const line = problemLine(problem);
      // Several projects may have the same file.
      if (!this.#told.has(line)) this.#log.note(line);
      this.#told.add(line);
    }
  }
}
