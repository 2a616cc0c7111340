import {
  type ClientCapabilities,
  type FeatureState,
  NotificationType,
  type StaticFeature,
} from "vscode-languageclient";

/** What the server says about its state: see `server/src/lsp/server-status.ts`. */
export interface ServerStatus {
  readonly health: "ok" | "warning" | "error";
  readonly quiescent: boolean;
  readonly message: string;
}

export const ServerStatusNotification = new NotificationType<ServerStatus>("experimental/serverStatus");

/** Tells the server that this client shows its status. */
export const serverStatusFeature: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = { ...capabilities.experimental, serverStatusNotification: true };
  },
  initialize(): void {},
  getState(): FeatureState {
    return { kind: "static" };
  },
  clear(): void {},
};
