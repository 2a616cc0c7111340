import type { Folder, FolderEvents } from "./folder.ts";

/** Milliseconds. What is done sooner is not shown; after an edit it would only flicker. */
const patience = { first: 300, later: 1000 };

export interface ActivityObserver {
  /** The analysis takes long enough to be shown. */
  showed(folder: Folder, progress: Progress): void;
  /** Only between {@link showed} and {@link ended}. */
  progressed(folder: Folder, progress: Progress): void;
  /** Also for an analysis that was never shown. `error` is undefined unless it failed. */
  ended(folder: Folder, error: unknown): void;
}

export interface Progress {
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
}

interface Activity {
  readonly timer: NodeJS.Timeout;
  shown: boolean;
  progress: Progress;
}

/** Decides when the work on a folder is worth showing. A run that replaces a cancelled one continues its activity. */
export function observeActivity(observers: readonly ActivityObserver[]): FolderEvents {
  const activities = new Map<Folder, Activity>();
  return {
    onStarted(folder) {
      if (activities.has(folder)) return;
      const show = (): void => {
        activity.shown = true;
        for (const observer of observers) observer.showed(folder, activity.progress);
      };
      const delay = folder.latest === undefined ? patience.first : patience.later;
      const activity: Activity = {
        timer: setTimeout(show, delay),
        shown: false,
        progress: { done: 0, total: 0 },
      };
      activities.set(folder, activity);
    },
    onProgress(folder, done, total) {
      const activity = activities.get(folder);
      if (activity === undefined) return;
      activity.progress = { done, total };
      if (activity.shown) for (const observer of observers) observer.progressed(folder, activity.progress);
    },
    onFinished(folder, error) {
      clearTimeout(activities.get(folder)?.timer);
      activities.delete(folder);
      for (const observer of observers) observer.ended(folder, error);
    },
  };
}
