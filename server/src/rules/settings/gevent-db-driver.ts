import type { Process } from "../../deployment/deployment.ts";
import { atLeast } from "../../django/version.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { configuredDatabases, isServer } from "./databases.ts";
import { deployedFinding } from "./deployed.ts";
import { greenProcesses } from "./green-processes.ts";
import { productionSettings } from "./production-settings.ts";

export const geventDbDriver: FactRule = {
  kind: "facts",
  code: "QS817",
  name: "gevent-db-driver",
  summary: "Green threads share one thread, and a query of psycopg2 holds all of them",
  level: "warning",
  fix: "none",
  stage: 4,
  run(context) {
    const production = productionSettings(context);
    if (!production || !configuredDatabases(production).some((each) => isServer(each, /postgres|postgis/)))
      return [];
    if (!usesPsycopg2(context) || isPatched(context)) return [];
    return greenProcesses(context).map(({ process, library }) =>
      deployedFinding(geventDbDriver, {
        message: `"${process.name}" runs ${library}, and psycopg2 waits in C code that ${library} does not patch: each query holds all other ${nounOf(process)} of the process.`,
        help: "Use psycopg 3, which gevent patches, or psycogreen's patch_psycopg() when the worker starts.",
        location: process.location,
        purpose: process.purpose,
        subject: process.name,
      }),
    );
  },
};

function nounOf({ kind }: Process): string {
  return kind === "web" ? "requests" : "tasks";
}

/** Where both are installed, Django takes psycopg 3, of which it knows since 4.2. */
function usesPsycopg2({ project: { libraries, django } }: RuleContext): boolean {
  const hasOld = libraries.has("psycopg2") || libraries.has("psycopg2-binary");
  const hasNew = libraries.has("psycopg") || libraries.has("psycopg-binary") || libraries.has("psycopg-c");
  return hasOld && (!hasNew || (django !== undefined && !atLeast(django, 4, 2)));
}

function isPatched({ project: { program, libraries } }: RuleContext): boolean {
  return (
    libraries.has("psycogreen") ||
    program.modules.some(
      ({ firstParty, file: { text } }) =>
        firstParty && /\bpsycogreen\b|\bset_wait_callback\b|\bmake_psycopg_green\b/.test(text),
    )
  );
}
