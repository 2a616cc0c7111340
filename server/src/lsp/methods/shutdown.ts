import type { ServerContext } from "../server-context.ts";

/** `shutdown`: what still waits is cancelled, later requests are refused. `exit` is the connection's business. */
export function handleShutdown({ connection, folders, lifecycle, changes, explainer }: ServerContext): void {
  connection.onShutdown(async () => {
    lifecycle.shutDown = true;
    folders.dispose();
    changes.fire();
    await explainer.close();
  });
}
