import type { WebProcess } from "../../deployment/deployment.ts";
import type { FactRule } from "../rule.ts";
import { deployedFinding, deployedProcesses } from "./deployed.ts";

export const workerTimeout: FactRule = {
  kind: "facts",
  code: "QS854",
  name: "worker-timeout",
  summary: "A request that hangs holds its worker for minutes, or for ever",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    return deployedProcesses(context, "web")
      .filter(isAffected)
      .map((process) =>
        deployedFinding(workerTimeout, {
          message: `${process.program} lets a request hold its worker ${secondsOf(process)}: as many requests that hang as there are workers, and nothing is answered.`,
          help: "Leave it at 30 seconds, find the view that is slow, and give its work to a task.",
          location: process.location,
          purpose: process.purpose,
          subject: process.name,
          restsOn: [process.timeout],
        }),
      );
  },
};

function secondsOf({ timeout }: WebProcess): string {
  const seconds = timeout === undefined || timeout === "unknown" ? 0 : timeout.value;
  return seconds === 0 ? "for ever" : `for ${seconds} seconds`;
}

/** Seconds. */
const limit = 120;

function isAffected({ program, timeout }: WebProcess): boolean {
  if (program === "runserver" || timeout === undefined || timeout === "unknown") return false;
  return timeout.value === 0 || timeout.value > limit;
}
