import { Emitter, type Event } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Logger } from "../base/logger.ts";
import type { AnalysisEnvironment } from "../composition/environment.ts";
import { isInside, relativePath } from "../platform/paths.ts";
import { Folder, type FolderEvents, type FolderOptions } from "./folder.ts";
import { filePathOf } from "./uris.ts";

/** A file of a folder. */
export interface Place {
  readonly folder: Folder;
  /** Relative to the folder. */
  readonly path: string;
}

/** The folders of the client's workspace. */
export class Folders {
  readonly #environment: AnalysisEnvironment;
  readonly #events: FolderEvents;
  readonly #logger: Logger;
  readonly #countsQueries: FolderOptions["countsQueries"];
  readonly #folders = new Map<string, Folder>();
  readonly #changed = new Emitter<void>();

  constructor(
    environment: AnalysisEnvironment,
    events: FolderEvents,
    logger: Logger,
    countsQueries: FolderOptions["countsQueries"],
  ) {
    this.#environment = environment;
    this.#logger = logger;
    this.#countsQueries = countsQueries;
    this.#events = {
      ...events,
      onFinished: (folder, error) => {
        events.onFinished(folder, error);
        this.#changed.fire();
      },
    };
  }

  get all(): readonly Folder[] {
    return [...this.#folders.values()];
  }

  /** Fires when an analysis has ended, and when a folder came or went. */
  get onDidChange(): Event<void> {
    return this.#changed.event;
  }

  /** @returns undefined where the URI does not name a folder on disk, or one that is there already */
  add({ uri, name }: { readonly uri: string; readonly name: string }): Folder | undefined {
    const path = filePathOf(uri);
    if (path === undefined || this.#folders.has(uri)) return undefined;
    const folder = new Folder({
      uri,
      name,
      path: path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path,
      environment: this.#environment,
      events: this.#events,
      logger: this.#logger,
      countsQueries: this.#countsQueries,
    });
    this.#folders.set(uri, folder);
    this.#changed.fire();
    return folder;
  }

  remove(uri: string): void {
    this.#folders.get(uri)?.dispose();
    if (this.#folders.delete(uri)) this.#changed.fire();
  }

  /** The innermost folder in which the file lies; undefined for what lies outside of all folders or is not on disk. */
  locate(uri: string): Place | undefined {
    return this.#placesOf(uri)[0];
  }

  /** A document was opened or changed, or may belong to another folder than before. */
  setBuffer(document: TextDocument): void {
    const [place, ...outer] = this.#placesOf(document.uri);
    const { uri, version } = document;
    place?.folder.setBuffer(place.path, { uri, version, text: document.getText() });
    for (const { folder, path } of outer) folder.closeBuffer(path);
  }

  closeBuffer(uri: string): void {
    for (const { folder, path } of this.#placesOf(uri)) folder.closeBuffer(path);
  }

  /** Innermost first. */
  #placesOf(uri: string): readonly Place[] {
    const path = filePathOf(uri);
    if (path === undefined) return [];
    return this.all
      .filter((folder) => path !== folder.path && isInside(folder.path, path))
      .sort((first, second) => second.path.length - first.path.length)
      .map((folder) => ({ folder, path: relativePath(folder.path, path) }));
  }

  dispose(): void {
    for (const folder of this.#folders.values()) folder.dispose();
    this.#folders.clear();
  }
}
