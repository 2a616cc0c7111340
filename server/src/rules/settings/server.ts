/** What serves the project's requests, as far as its settings tell. */
import { installedApps } from "../../django/settings.ts";
import type { ProductionSettings } from "./production-settings.ts";

/** Channels or Daphne are installed: requests may be served by an ASGI server, where connections are not kept. */
export function mayRunAsgi({ settings }: ProductionSettings): boolean {
  return installedApps(settings)?.names.some((name) => /^(channels|daphne)(\.|$)/.test(name)) ?? false;
}
