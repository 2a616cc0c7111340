import type { ServerContext } from "./server-context.ts";
import { propertyOf } from "./settings.ts";

const section = "queryscope";

/** Asks the client for the settings of the window and of each folder, and applies them; or those that it has sent. */
export async function pullConfiguration(context: ServerContext): Promise<void> {
  const { client, connection, folders, logger } = context;
  if (!client.configuration) {
    for (const folder of folders.all) folder.configure(context.settings.section);
    return;
  }
  const asked = folders.all;
  const items = [{ section }, ...asked.map(({ uri }) => ({ scopeUri: uri, section }))];
  try {
    const answer: unknown = await connection.workspace.getConfiguration(items);
    const [window, ...ofFolders] = Array.isArray(answer) ? answer : [];
    context.settings.configure(window);
    asked.forEach((folder, index) => {
      folder.configure(ofFolders[index]);
    });
  } catch (error) {
    logger.error(`The client did not answer for its settings, the defaults are used: ${String(error)}`);
    for (const folder of asked) folder.configure(undefined);
  }
}

/** Applies what a client that cannot be asked has sent. @param settings all of its settings, by section */
export function applyConfiguration({ folders, settings }: ServerContext, sent: unknown): void {
  const values = propertyOf(sent, section);
  settings.configure(values);
  for (const folder of folders.all) folder.configure(values);
}
