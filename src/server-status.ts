import {
  type ClientCapabilities,
  type FeatureState,
  NotificationType,
  NotificationType0,
  type StaticFeature,
} from "vscode-languageclient";

/** What the server says about its state: see `server/src/lsp/server-status.ts`. */
export interface ServerStatus {
  readonly health: "ok" | "warning" | "error";
  readonly quiescent: boolean;
  readonly message: string;
}

/** An analysis has ended: see `server/src/lsp/analysed-notification.ts`. */
export const AnalysedNotification = new NotificationType0("queryscope/analysed");

export const ServerStatusNotification = new NotificationType<ServerStatus>("experimental/serverStatus");

/** Tells the server that this client shows its status, and what it found, as soon as there is news. */
export const serverStatusFeature: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = {
      ...capabilities.experimental,
      serverStatusNotification: true,
      analysedNotification: true,
    };
  },
  initialize(): void {},
  getState(): FeatureState {
    return { kind: "static" };
  },
  clear(): void {},
};
