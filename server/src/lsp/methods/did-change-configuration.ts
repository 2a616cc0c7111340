import { DidChangeConfigurationNotification } from "vscode-languageserver";
import { applyConfiguration, pullConfiguration } from "../configuration.ts";
import type { ServerContext } from "../server-context.ts";

/** `workspace/didChangeConfiguration`: what changed is asked for, unless the client can only send it. */
export function handleDidChangeConfiguration(context: ServerContext): void {
  context.connection.onNotification(DidChangeConfigurationNotification.type, async ({ settings }) => {
    if (context.client.configuration) await pullConfiguration(context);
    else applyConfiguration(context, settings);
  });
}

export async function watchConfiguration({ client, connection }: ServerContext): Promise<void> {
  if (!client.registersConfiguration) return;
  await connection.client.register(DidChangeConfigurationNotification.type, { section: "queryscope" });
}
