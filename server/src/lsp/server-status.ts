import { type Connection, NotificationType } from "vscode-languageserver";
import type { ActivityObserver, Progress } from "./analysis-activity.ts";
import type { ClientFeatures } from "./client-features.ts";
import type { Folder } from "./folder.ts";

/** The server's state, in the form that rust-analyzer introduced and that several clients can show. */
export interface ServerStatus {
  readonly health: "ok" | "warning" | "error";
  /** Whether it has nothing to do. */
  readonly quiescent: boolean;
  readonly message: string;
}

const ServerStatusNotification = new NotificationType<ServerStatus>("experimental/serverStatus");

/** Tells a client that understands it how the analysis is getting on. */
export function serverStatus(
  connection: Connection,
  client: ClientFeatures,
  folders: () => readonly Folder[],
): ActivityObserver {
  const running = new Map<Folder, Progress>();
  const failures = new Map<Folder, string>();
  let last = "";

  const send = (): void => {
    if (!client.serverStatus) return;
    const status = statusOf(folders(), running, failures);
    const key = JSON.stringify(status);
    if (key === last) return;
    last = key;
    void connection.sendNotification(ServerStatusNotification, status);
  };
  const update = (folder: Folder, progress: Progress): void => {
    running.set(folder, progress);
    send();
  };
  return {
    showed: update,
    progressed: update,
    ended(folder, error) {
      running.delete(folder);
      if (error === undefined) failures.delete(folder);
      else failures.set(folder, error instanceof Error ? error.message : String(error));
      send();
    },
  };
}

function statusOf(
  folders: readonly Folder[],
  running: ReadonlyMap<Folder, Progress>,
  failures: ReadonlyMap<Folder, string>,
): ServerStatus {
  for (const folder of folders) {
    const reason = failures.get(folder);
    if (reason === undefined) continue;
    return {
      health: "error",
      quiescent: running.size === 0,
      message: `The analysis of ${folder.name} failed: ${reason}`,
    };
  }
  for (const folder of folders) {
    const progress = running.get(folder);
    if (progress !== undefined) return { health: "ok", quiescent: false, message: messageOf(progress) };
  }
  return idleStatus(folders);
}

function messageOf({ done, total }: Progress): string {
  return total === 0 ? "Analysing" : `Analysing ${done} of ${total} files`;
}

function idleStatus(folders: readonly Folder[]): ServerStatus {
  const analyses = folders.flatMap(({ latest }) => latest?.snapshot.analysis ?? []);
  if (analyses.every(({ projects }) => projects.length === 0)) {
    return { health: "warning", quiescent: true, message: "No Django project found" };
  }
  const files = analyses.reduce((sum, analysis) => sum + analysis.files, 0);
  return { health: "ok", quiescent: true, message: `${files} files analysed` };
}
