import type { WebProcess } from "../../deployment/deployment.ts";
import type { FactRule } from "../rule.ts";
import { deployedFinding, deployedProcesses } from "./deployed.ts";

export const runserverInProduction: FactRule = {
  kind: "facts",
  code: "QS855",
  name: "runserver-in-production",
  summary: "The development server of Django is what production starts",
  level: "error",
  fix: "none",
  stage: 1,
  run(context) {
    return deployedProcesses(context, "web")
      .filter(isAffected)
      .map((process) =>
        deployedFinding(runserverInProduction, {
          message: `"${process.name}" starts Django's development server: it is made for one developer, checks files for changes, and neither limits nor replaces what hangs.`,
          help: "Start gunicorn, uvicorn or another server that is made for production, and keep runserver for a compose file of development.",
          location: process.location,
          purpose: process.purpose,
          subject: process.name,
          restsOn: [],
        }),
      );
  },
};

function isAffected({ program }: WebProcess): boolean {
  return program === "runserver";
}
