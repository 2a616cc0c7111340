import { installedApps } from "../../django/settings.ts";
import { sequenceOf, stringsOf, truthOf } from "../../django/static-value.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { FactRule } from "../rule.ts";
import { configuredDatabases, databaseOption, isServer, textsOf } from "./databases.ts";
import { type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const readYourWrites: FactRule = {
  kind: "facts",
  code: "QS813",
  name: "read-your-writes",
  summary: "Reads go to a replica, also those of what was written a moment ago",
  level: "warning",
  fix: "none",
  stage: 4,
  run(context) {
    const production = productionSettings(context);
    const value = production?.settings.evaluateSetting("DATABASE_ROUTERS");
    const routers = value && sequenceOf(value);
    if (!production || !value || !routers?.complete || routers.united) return [];
    const { program } = context.project;
    return stringsOf(value).flatMap((name) => {
      const router = program.resolveDottedName(name);
      if (router.kind !== "class" || !router.module.firstParty) return [];
      const read = methodOf(program, router, "db_for_read");
      const replicas = read ? replicasOf(production, program, router, read) : [];
      if (!read || replicas.length === 0) return [];
      const { path } = read.module.file;
      const { start, end } = read.node.name;
      return settingFinding(readYourWrites, production, {
        message: `The router ${router.name} sends reads to ${replicas.map((alias) => `"${alias}"`).join(" or ")}, also right after a write: ${consequenceOf(production)}.`,
        help: "Read from the primary inside of transactions, for a few seconds after somebody wrote, and for sessions and users.",
        location: { path, range: { start, end } },
        subject: name,
      });
    });
  },
};

/** What is written in one request and read in the next. */
function consequenceOf(production: ProductionSettings): string {
  const engine = textsOf(production.settings.evaluateSetting("SESSION_ENGINE"));
  const hasSessions = installedApps(production.settings)?.names.includes("django.contrib.sessions");
  const inDatabase = engine.every((name) => /backends\.db$/.test(name));
  const atomic = configuredDatabases(production).some((database) => {
    const option = databaseOption(database, "ATOMIC_REQUESTS");
    return option !== undefined && truthOf(option) === true;
  });
  if (atomic) return "within the transaction of a request (ATOMIC_REQUESTS), its own rows are not there yet";
  return hasSessions && inDatabase
    ? "the page after a login does not find the session yet"
    : "the page after a form shows what was there before";
}

function methodOf(program: PythonProgram, router: ClassSymbol, name: string): FunctionSymbol | undefined {
  const member = program.lookupMember(router, name);
  return member.kind === "found" && member.symbol.kind === "function" ? member.symbol : undefined;
}

/** The aliases that a method returns whatever it is asked; undefined where anything decides. */
function unconditionalAliases(
  program: PythonProgram,
  { node, module, owner }: FunctionSymbol,
): readonly string[] | undefined {
  const body = node.body.filter(
    (statement) => !(statement.kind === "ExpressionStatement" && statement.value.kind === "StringLiteral"),
  );
  const [only, ...others] = body;
  if (only?.kind !== "Return" || !only.value || others.length > 0) return undefined;
  const aliasesIn = (expression: Expression): readonly string[] | undefined => {
    if (expression.kind === "StringLiteral") return [expression.value];
    if (expression.kind === "ListLiteral" || expression.kind === "TupleLiteral") {
      const values = expression.elements.map(aliasesIn);
      return values.every((each) => each !== undefined) ? values.flat() : undefined;
    }
    if (expression.kind === "Call") {
      const callee = program.resolveExpression(module, expression.function, owner);
      const [from] = expression.arguments;
      return from && callee.kind === "external" && callee.name === "random.choice"
        ? aliasesIn(from)
        : undefined;
    }
    const symbol = program.resolveExpression(module, expression, owner);
    const [value, ...more] = symbol.kind === "variable" ? symbol.values : [];
    return value && more.length === 0 && value.kind !== "Name" ? aliasesIn(value) : undefined;
  };
  return aliasesIn(only.value);
}

/** The databases from which the router reads whatever is asked, and to which it never writes. */
function replicasOf(
  production: ProductionSettings,
  program: PythonProgram,
  router: ClassSymbol,
  read: FunctionSymbol,
): readonly string[] {
  const write = methodOf(program, router, "db_for_write");
  const aliases = unconditionalAliases(program, read);
  const written = write && unconditionalAliases(program, write);
  if (!aliases || !written) return [];
  const servers = configuredDatabases(production).filter((database) => isServer(database));
  return aliases.filter(
    (alias) => !written.includes(alias) && servers.some((database) => database.alias === alias),
  );
}
