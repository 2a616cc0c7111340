import type { WebProcess } from "../../deployment/deployment.ts";
import type { FactRule } from "../rule.ts";
import { deployedFinding, deployedProcesses } from "./deployed.ts";

export const workerRecycling: FactRule = {
  kind: "facts",
  code: "QS853",
  name: "worker-recycling",
  summary: "Workers live for ever, and with them whatever memory they lose",
  level: "hint",
  fix: "none",
  stage: 3,
  run(context) {
    return deployedProcesses(context, "web")
      .filter(isAffected)
      .map((process) =>
        deployedFinding(workerRecycling, {
          message:
            "gunicorn never replaces its workers: memory that is lost bit by bit is lost until the next restart.",
          help: "Replace each after about a thousand requests: --max-requests 1000 --max-requests-jitter 100.",
          location: process.location,
          purpose: process.purpose,
          subject: process.name,
          restsOn: [process.maxRequests],
        }),
      );
  },
};

function isAffected({ program, maxRequests }: WebProcess): boolean {
  if (program !== "gunicorn") return false;
  return maxRequests === undefined || (maxRequests !== "unknown" && maxRequests.value === 0);
}
