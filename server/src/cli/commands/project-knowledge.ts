import { neverCancelled } from "../../base/cancellation.ts";
import type { TextRange } from "../../base/text-range.ts";
import { type KnownQueryset, knownQuerysets } from "../../explain/known-querysets.ts";
import type { Analysis } from "../../program/workspace.ts";
import { loadFor } from "../check/folder-check.ts";
import type { Log } from "../check/log.ts";
import type { CliEnvironment } from "../environment.ts";

/** What analysing whole folders tells about single expressions. A folder is analysed when it is first asked about. */
export class ProjectKnowledge {
  readonly #environment: CliEnvironment;
  readonly #config: string | undefined;
  readonly #log: Log;
  readonly #analyses = new Map<string, Promise<Analysis>>();

  /** @param config the file of `--config` */
  constructor(environment: CliEnvironment, config: string | undefined, log: Log) {
    this.#environment = environment;
    this.#config = config;
    this.#log = log;
  }

  /**
   * @param folder absolute
   * @param path of the module, relative to the folder
   */
  async querysetsIn(folder: string, path: string, range: TextRange): Promise<readonly KnownQueryset[]> {
    const analysis = await this.#analysisOf(folder);
    for (const { program } of analysis.projects) {
      const module = program.moduleOfFile(path);
      if (module !== undefined) return knownQuerysets(module.file, analysis.facts(path), range);
    }
    return [];
  }

  #analysisOf(folder: string): Promise<Analysis> {
    const present = this.#analyses.get(folder);
    if (present !== undefined) return present;
    const analysis = this.#analyse(folder);
    this.#analyses.set(folder, analysis);
    return analysis;
  }

  async #analyse(folder: string): Promise<Analysis> {
    this.#log.note("analysing the project for what a value stands for …");
    const { configuration, pathPrefix } = loadFor(
      { folder },
      { config: this.#config, layer: {} },
      this.#environment,
    );
    const { files } = this.#environment;
    const workspace = await this.#environment.openWorkspace({ folder, files, configuration, pathPrefix });
    return workspace.analyze(neverCancelled);
  }
}
