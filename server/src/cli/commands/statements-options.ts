import type { OptionSpecifications } from "../arguments.ts";
import { explainOptions } from "./explain-options.ts";

const { python, settings, env, project, config, verbose } = explainOptions;

export const statementsOptions = {
  from: {
    kind: "value",
    placeholder: "FILE",
    description: "Statements exported from pg_stat_statements, as CSV with a line of names or JSON",
  },
  connection: {
    kind: "value",
    placeholder: "NAME",
    description:
      "Ask this database, which has the extension pg_stat_statements: a variable with its URL, PG (libpq's variables), a service, a URL",
  },
  "output-format": {
    kind: "choice",
    choices: ["text", "json"],
    description: "How it is written (default: text)",
  },
  "output-file": {
    kind: "value",
    placeholder: "FILE",
    description: "Write to this file, for instance the one that the setting slow-statements names",
  },
  python,
  settings,
  env,
  project,
  config,
  quiet: { kind: "flag", short: "q", description: "Say nothing but statements and errors" },
  verbose,
} as const satisfies OptionSpecifications;
