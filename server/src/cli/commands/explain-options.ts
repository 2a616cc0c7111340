import type { OptionSpecifications } from "../arguments.ts";

export const explainOptions = {
  connection: {
    kind: "value",
    placeholder: "NAME",
    description:
      "Ask this database for plans: a variable with its URL, PG (libpq's variables), a service, a URL (default: the embedded PostgreSQL, with assumed sizes)",
  },
  prove: {
    kind: "flag",
    description:
      "Plan the queries of the index findings there with what their fix changes and without it; advice that the planner does not use is withdrawn",
  },
  "copy-statistics": {
    kind: "flag",
    description:
      "Plan in the embedded PostgreSQL, with statistics copied from --connection, where new indexes can be tried",
  },
  "sql-only": { kind: "flag", description: "Stop after the SQL" },
  analyze: { kind: "flag", description: "Run the query to measure it, after asking" },
  "generate-rows": {
    kind: "number",
    placeholder: "N",
    description: "Measure without a database, on so many generated rows of each table at most (up to 500000)",
  },
  yes: { kind: "flag", description: "Do not ask before --analyze on a database of this machine" },
  "output-format": {
    kind: "choice",
    choices: ["text", "json"],
    description: "How it is written (default: text)",
  },
  python: {
    kind: "value",
    placeholder: "PATH",
    description:
      "The project's interpreter (default: the active or the project's own environment, else Queryscope's own Django)",
  },
  settings: {
    kind: "value",
    placeholder: "MODULE",
    description: "The settings module (default: what manage.py says)",
  },
  env: {
    kind: "list",
    placeholder: "NAME[=VALUE]",
    description: "Let the project see this variable of the environment; it sees no others",
  },
  project: { kind: "value", placeholder: "DIR", description: "The folder of the project" },
  config: {
    kind: "value",
    placeholder: "FILE",
    description: "Read this configuration instead of the nearest",
  },
  quiet: { kind: "flag", short: "q", description: "Say nothing but explanations and errors" },
  verbose: { kind: "flag", description: "Say what is done" },
} as const satisfies OptionSpecifications;
