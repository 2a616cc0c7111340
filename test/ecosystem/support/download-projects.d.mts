export interface DownloadedProject {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

/** The projects of projects.json, as their wheels hold them, from a cache outside of the repository. */
export function downloadProjects(): Promise<readonly DownloadedProject[]>;
