/** What runs in production, as the deployment files tell. */
import type { Location } from "../../base/text-range.ts";
import type { OptionValue, Process, Purpose } from "../../deployment/deployment.ts";
import type { Confidence, Finding, Level } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { lowered } from "../levels.ts";
import type { RuleMetadata } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";

export function deployedProcesses<Kind extends Process["kind"]>(
  { deployment }: RuleContext,
  kind: Kind,
): readonly Extract<Process, { kind: Kind }>[] {
  return deployment.processes.filter(
    (process): process is Extract<Process, { kind: Kind }> =>
      process.kind === kind && process.purpose !== "development",
  );
}

export interface DeployedFinding {
  readonly message: string;
  readonly help: string;
  readonly location: Location;
  /** Of the file or the service. */
  readonly purpose: Purpose;
  /** The process, the service or the setting. */
  readonly subject: string;
  readonly level?: Level;
  /** Where it is less than what the file's purpose gives. */
  readonly confidence?: Confidence;
  /** Where one is the default of a variable, the finding weighs less. */
  readonly restsOn?: readonly OptionValue<unknown>[];
}

/** A finding in a deployment file; what such a file is for is not always certain. */
export function deployedFinding(rule: RuleMetadata, found: DeployedFinding): Finding {
  const { message, help, location, purpose, subject, level = rule.level, restsOn = [] } = found;
  const variable = restsOn.map(variableOf).find((name) => name !== undefined);
  const reservation = variable === undefined ? "" : ` (${variable} may say otherwise where it is deployed.)`;
  return {
    ...findingBase(rule),
    remedy: "setting",
    level: variable === undefined ? level : lowered(level),
    confidence: purpose === "production" ? (found.confidence ?? "high") : "medium",
    message: message + reservation,
    help,
    location,
    symbol: subject,
    model: undefined,
    fields: [subject],
    origin: location,
    evidence: [{ message: "The deployment", location }],
    fixes: [],
  };
}

function variableOf(value: OptionValue<unknown>): string | undefined {
  return value === undefined || value === "unknown" ? undefined : value.variable;
}
