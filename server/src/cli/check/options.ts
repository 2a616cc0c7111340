import type { ConfigurationLayer } from "../../lint/configuration.ts";
import { describeUnknownSelector, isKnownSelector, type RuleIdentity } from "../../lint/selection.ts";
import { confidences, levels } from "../../lint/severity.ts";
import type { Confidence, Level } from "../../rules/finding.ts";
import { type OptionSpecifications, parseArguments } from "../arguments.ts";
import { outputFormats } from "../output/report.ts";
import { UsageError } from "../usage-error.ts";

export const checkOptions = {
  "output-format": {
    kind: "choice",
    choices: outputFormats,
    description: "How findings are written (default: full)",
  },
  "output-file": {
    kind: "value",
    placeholder: "FILE",
    description: "Write findings to FILE instead of standard output",
  },
  select: {
    kind: "list",
    placeholder: "RULES",
    description: "Report only these rules: codes, prefixes or names",
  },
  ignore: { kind: "list", placeholder: "RULES", description: "Do not report these rules" },
  "min-level": {
    kind: "choice",
    choices: levels,
    description: "Report findings from this level (default: info)",
  },
  "min-confidence": {
    kind: "choice",
    choices: confidences,
    description: "Report findings from this confidence (default: medium)",
  },
  "fail-on": {
    kind: "value",
    placeholder: "LEVEL[:CONFIDENCE]",
    description: "Exit with 1 for findings from here (default: warning:high)",
  },
  "exit-zero": { kind: "flag", description: "Exit with 0 whatever is found" },
  fix: { kind: "flag", description: "Apply safe fixes" },
  "unsafe-fixes": {
    kind: "flag",
    description: "Take fixes too that hold only under the condition in their title",
  },
  diff: { kind: "flag", description: "Print what --fix would change, and change nothing" },
  statistics: { kind: "flag", description: "Print how often each rule reports instead of the findings" },
  baseline: { kind: "value", placeholder: "FILE", description: "Do not report the findings that FILE knows" },
  "write-baseline": { kind: "flag", description: "Write the findings to the file of --baseline" },
  since: {
    kind: "value",
    placeholder: "GITREF",
    description: "Report only what was introduced since this commit",
  },
  "stdin-filename": {
    kind: "value",
    placeholder: "FILE",
    description: "With the path -: take standard input for the text of FILE",
  },
  project: {
    kind: "value",
    placeholder: "DIR",
    description: "Analyse this folder; paths only filter what is reported",
  },
  connection: {
    kind: "value",
    placeholder: "NAME",
    description:
      "Ask this PostgreSQL how many rows tables have, for rules about indexes: a variable with its URL, PG (libpq's variables), a service, a URL",
  },
  config: {
    kind: "value",
    placeholder: "FILE",
    description: "Read this configuration instead of the nearest",
  },
  threads: {
    kind: "number",
    placeholder: "N",
    description: "Check up to N folders of PATH… at the same time (default: one for each processor)",
  },
  "no-cache": { kind: "flag", description: "Analyse everything anew, and keep nothing for the next run" },
  color: { kind: "choice", choices: ["auto", "always", "never"], description: "Use colour (default: auto)" },
  quiet: { kind: "flag", short: "q", description: "Print findings only" },
  verbose: { kind: "flag", short: "v", description: "Say what is being done" },
} as const satisfies OptionSpecifications;

type Parsed = ReturnType<typeof parseArguments<typeof checkOptions>>;

export interface CheckOptions
  extends Omit<Parsed["options"], "select" | "ignore" | "min-level" | "min-confidence"> {
  readonly paths: readonly string[];
  readonly layer: ConfigurationLayer;
  readonly minimumLevel: Level;
  readonly minimumConfidence: Confidence;
  readonly failOn: { readonly level: Level; readonly confidence: Confidence };
}

/** @throws UsageError when they contradict each other or name what does not exist. */
export function parseCheckOptions(args: readonly string[], rules: readonly RuleIdentity[]): CheckOptions {
  const { options, positionals } = parseArguments(args, checkOptions);
  const { select, ignore, "min-level": minimumLevel, "min-confidence": minimumConfidence, ...rest } = options;
  requireKnown("--select", select, rules);
  requireKnown("--ignore", ignore, rules);
  if (rest.diff && rest.fix) throw new UsageError("--diff and --fix exclude each other");
  if (rest["write-baseline"] && rest.baseline === undefined) {
    throw new UsageError("--write-baseline needs --baseline FILE, the file to write");
  }
  if (rest.statistics && !["full", "concise", undefined].includes(rest["output-format"])) {
    throw new UsageError(
      `--statistics is for people and does not go with --output-format ${rest["output-format"]}`,
    );
  }
  const fromStdin = positionals.includes("-");
  if (fromStdin !== (rest["stdin-filename"] !== undefined)) {
    throw new UsageError("standard input is read with `--stdin-filename FILE -`, both together");
  }
  if (fromStdin && positionals.length > 1) throw new UsageError("- cannot be mixed with other paths");
  return {
    ...rest,
    paths: positionals,
    layer: { ...(select && { select }), ...(ignore && { ignore }) },
    minimumLevel: minimumLevel ?? "info",
    minimumConfidence: minimumConfidence ?? "medium",
    failOn: parseFailOn(rest["fail-on"]),
  };
}

function requireKnown(
  option: string,
  selectors: readonly string[] | undefined,
  rules: readonly RuleIdentity[],
): void {
  if (selectors?.length === 0) throw new UsageError(`${option} names no rule`);
  for (const selector of selectors ?? []) {
    if (!isKnownSelector(selector, rules)) {
      throw new UsageError(`${option}: ${describeUnknownSelector(selector, rules)}`);
    }
  }
}

function parseFailOn(text = "warning:high"): CheckOptions["failOn"] {
  const [levelText, confidenceText = "high", ...rest] = text.split(":");
  const level = levels.find((candidate) => candidate === levelText);
  const confidence = confidences.find((candidate) => candidate === confidenceText);
  if (level === undefined || confidence === undefined || rest.length > 0) {
    throw new UsageError(
      `--fail-on must be one of ${levels.join(", ")}, and may end in one of ${confidences.map((one) => `:${one}`).join(", ")}; not "${text}"`,
    );
  }
  return { level, confidence };
}
