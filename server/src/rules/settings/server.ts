/** What serves the project's requests, as far as its settings and its own code tell. */
import { installedApps } from "../../django/settings.ts";
import { mentions } from "../../syntax/mentions.ts";
import type { RuleContext } from "../rule-context.ts";
import type { ProductionSettings } from "./production-settings.ts";

const startsAsgiServer = /^(?:from|import) (?:uvicorn|hypercorn|daphne)\b/m;

/**
 * Channels or Daphne are installed, or the project starts an ASGI server by itself: requests may be served by one, where
 * connections are not kept.
 */
export function mayRunAsgi({ project: { program } }: RuleContext, { settings }: ProductionSettings): boolean {
  const isInstalled = installedApps(settings)?.names.some((name) => /^(channels|daphne)(\.|$)/.test(name));
  return (
    isInstalled === true ||
    program.modules.some(({ file, firstParty }) => firstParty && mentions(file, startsAsgiServer))
  );
}
