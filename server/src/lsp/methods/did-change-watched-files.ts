import {
  DidChangeWatchedFilesNotification,
  type DidChangeWatchedFilesRegistrationOptions,
} from "vscode-languageserver";
import { groupBy } from "../../base/group-by.ts";
import type { ServerContext } from "../server-context.ts";

/** Sources, configuration, and the files that tell which version of Django is installed. */
const watched: DidChangeWatchedFilesRegistrationOptions = {
  watchers: [
    { globPattern: "**/*.py" },
    { globPattern: "**/{pyproject,queryscope}.toml" },
    { globPattern: "**/{uv,poetry,pdm,Pipfile}.lock" },
    { globPattern: "**/{requirements*.txt,requirements/*.txt,Pipfile,setup.cfg}" },
  ],
};

/** `workspace/didChangeWatchedFiles` */
export function handleDidChangeWatchedFiles({ connection, folders }: ServerContext): void {
  connection.onNotification(DidChangeWatchedFilesNotification.type, ({ changes }) => {
    const places = changes.flatMap(({ uri }) => folders.locate(uri) ?? []);
    for (const [folder, ofFolder] of groupBy(places, (place) => place.folder)) {
      folder.filesChanged(ofFolder.map(({ path }) => path));
    }
  });
}

export async function watchFiles({ client, connection }: ServerContext): Promise<void> {
  if (!client.registersFileWatchers) return;
  await connection.client.register(DidChangeWatchedFilesNotification.type, watched);
}
