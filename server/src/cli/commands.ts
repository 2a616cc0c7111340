import type { OptionSpecifications } from "./arguments.ts";
import { checkOptions } from "./check/options.ts";
import { auditOptions, runAudit } from "./commands/audit.ts";
import { runCheck } from "./commands/check.ts";
import { configOptions, runConfig } from "./commands/config.ts";
import { explainOptions } from "./commands/explain-options.ts";
import { queriesOptions, runQueries } from "./commands/queries.ts";
import { ruleOptions, runRule } from "./commands/rule.ts";
import { runServer, serverOptions } from "./commands/server.ts";
import { statementsOptions } from "./commands/statements-options.ts";
import type { CliEnvironment } from "./environment.ts";

export interface Command {
  readonly name: string;
  /** What stands after the name: `[OPTIONS] [PATH…]`. */
  readonly usage: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** More to know, as paragraphs. */
  readonly details: readonly string[];
  readonly options: OptionSpecifications;
  /** @returns the exit status */
  run(args: readonly string[], environment: CliEnvironment): number | Promise<number>;
}

export const commands: readonly Command[] = [
  {
    name: "check",
    usage: "[OPTIONS] [PATH…]",
    summary: "Find what a Django project's code does to its database",
    details: [
      "Without PATH, the working folder is checked. Projects are found by manage.py and settings anywhere below it.",
      "Exit status: 0 for nothing to complain about, 1 for findings from --fail-on, 2 for a wrong call or configuration.",
    ],
    options: checkOptions,
    run: runCheck,
  },
  {
    name: "queries",
    usage: "[OPTIONS] [PATH…]",
    summary: "Estimate the queries of each view, API action, admin page, task and command",
    details: [
      "An estimate is a sum such as 2 + 3N: N stands for the rows of a loop, N·M for rows of rows. The example has 50",
      "rows, or as many as a page has, with 5 rows each below them. The most expensive come first; those above the",
      "setting query-budget are marked, with the places that the queries come from.",
      "Exit status: 0, or 2 for a wrong call or configuration.",
    ],
    options: queriesOptions,
    run: runQueries,
  },
  {
    name: "audit",
    usage: "[OPTIONS] [PATH]",
    summary: "Report how far a product scales, what to do next, and what that costs",
    details: [
      "The report judges four stages of growth by the findings, settings and files of a project. Users, day rate and",
      "servers come from the configuration. Nothing is connected to but what --connection and --redis-url-variable name,",
      "or QUERYSCOPE_DATABASE_URL; these are only read, and what cannot be asked is told in the report.",
      "Exit status: 0, or 2 for a wrong call or configuration, or where there is no Django project.",
    ],
    options: auditOptions,
    run: runAudit,
  },
  {
    name: "explain",
    usage: "[OPTIONS] FILE[:LINE]…",
    summary: "Show the SQL and the plan of a queryset",
    details: [
      "Without LINE, every queryset of the file is explained.",
      "Like manage.py, this imports the project's code with its interpreter, but keeps it from databases, the network,",
      "files and other programs.",
      "Exit status: 0 when everything was explained, 1 when something could not be, 2 for a wrong call.",
    ],
    options: explainOptions,
    // Loaded when it is needed: it brings the database client along.
    run: async (args, environment) => (await import("./commands/explain.ts")).runExplain(args, environment),
  },
  {
    name: "statements",
    usage: "[OPTIONS] (--from FILE | --connection NAME) [PATH]",
    summary: "Find the querysets that send the statements which a database spends its time on",
    details: [
      "FILE is an export of pg_stat_statements: SELECT query, calls, total_exec_time, mean_exec_time, rows.",
      "Like manage.py, this imports the project's code, as explain does, and compares the SQL of all its querysets.",
      "The JSON is what the setting slow-statements names, so that findings come in the order of that time.",
      "Exit status: 0, or 2 for a wrong call.",
    ],
    options: statementsOptions,
    run: async (args, environment) =>
      (await import("./commands/statements.ts")).runStatements(args, environment),
  },
  {
    name: "rule",
    usage: "[CODE|NAME]",
    summary: "Show the documentation of a rule, or the list of rules",
    details: [],
    options: ruleOptions,
    run: runRule,
  },
  {
    name: "config",
    usage: "[OPTIONS] [PATH]",
    summary: "Show the configuration that check would use",
    details: [],
    options: configOptions,
    run: runConfig,
  },
  {
    name: "server",
    usage: "--stdio",
    summary: "Run the language server",
    details: [],
    options: serverOptions,
    run: runServer,
  },
];
