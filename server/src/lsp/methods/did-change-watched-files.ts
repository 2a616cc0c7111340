import {
  DidChangeWatchedFilesNotification,
  type DidChangeWatchedFilesRegistrationOptions,
  WatchKind,
} from "vscode-languageserver";
import { groupBy } from "../../base/group-by.ts";
import { extension } from "../../platform/paths.ts";
import { isTemplatePath } from "../../program/template-paths.ts";
import type { ServerContext } from "../server-context.ts";

const watched: DidChangeWatchedFilesRegistrationOptions = {
  watchers: [
    { globPattern: "**/*.py" },
    { globPattern: "**/*.{html,htm,djhtml,jinja,jinja2,j2}" },
    { globPattern: "**/{templates,jinja2}/**" },
    { globPattern: "**/{pyproject,queryscope}.toml" },
    { globPattern: "**/*baseline*.json" },
    // What tells which version of Django is installed.
    { globPattern: "**/{uv,poetry,pdm,Pipfile}.lock" },
    { globPattern: "**/{requirements*.txt,requirements/*.txt,Pipfile,setup.cfg}" },
    // A folder that is deleted is one event: those of its files do not come.
    { globPattern: "**/*", kind: WatchKind.Delete },
  ],
};

/** Of files that may matter beside templates; a folder has none. */
const extensions = new Set(["py", "toml", "lock", "txt", "cfg", "json", ""]);

/** `workspace/didChangeWatchedFiles` */
export function handleDidChangeWatchedFiles({ connection, folders }: ServerContext): void {
  connection.onNotification(DidChangeWatchedFilesNotification.type, ({ changes }) => {
    const places = changes
      .flatMap(({ uri }) => folders.locate(uri) ?? [])
      .filter(({ path }) => extensions.has(extension(path)) || isTemplatePath(path));
    for (const [folder, ofFolder] of groupBy(places, (place) => place.folder)) {
      folder.filesChanged(ofFolder.map(({ path }) => path));
    }
  });
}

export async function watchFiles({ client, connection }: ServerContext): Promise<void> {
  if (!client.registersFileWatchers) return;
  await connection.client.register(DidChangeWatchedFilesNotification.type, watched);
}
