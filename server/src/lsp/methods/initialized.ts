import { InitializedNotification } from "vscode-languageserver";
import { applyConfiguration, pullConfiguration } from "../configuration.ts";
import { DiagnosticRegistration } from "../diagnostic-registration.ts";
import type { ServerContext } from "../server-context.ts";
import { watchConfiguration } from "./did-change-configuration.ts";
import { watchFiles } from "./did-change-watched-files.ts";

/** `initialized`: registers what the client lets be registered, asks for the settings, and starts the analysis. */
export function handleInitialized(context: ServerContext, initialSettings: unknown): void {
  const { client, connection, logger } = context;
  connection.onNotification(InitializedNotification.type, async () => {
    for (const register of [watchFiles, watchConfiguration]) {
      register(context).catch((error: unknown) => {
        logger.warn(`The client refused a registration: ${String(error)}`);
      });
    }
    if (client.configuration) await pullConfiguration(context);
    else applyConfiguration(context, initialSettings);
    new DiagnosticRegistration(context).start();
  });
}
