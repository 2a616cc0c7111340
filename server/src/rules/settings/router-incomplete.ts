import { sequenceOf, stringsOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { configuredDatabases } from "./databases.ts";
import { productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const routerIncomplete: FactRule = {
  kind: "facts",
  code: "QS812",
  name: "router-incomplete",
  summary: "A router says where reads go, and leaves relations or migrations to chance",
  level: "warning",
  fix: "none",
  stage: 4,
  run(context) {
    const production = productionSettings(context);
    const value = production?.settings.evaluateSetting("DATABASE_ROUTERS");
    const routers = value && sequenceOf(value);
    // Several routers share the work, and one database needs none.
    if (!production || !value || !routers?.complete || routers.united || routers.elements.length !== 1)
      return [];
    if (configuredDatabases(production).length < 2) return [];
    const { program } = context.project;
    const [name = ""] = stringsOf(value);
    const router = program.resolveDottedName(name);
    if (router.kind !== "class" || !router.module.firstParty) return [];
    const isMissing = (method: string): boolean => program.lookupMember(router, method).kind === "absent";
    if (isMissing("db_for_read")) return [];
    const missing = ["db_for_write", "allow_relation", "allow_migrate"].filter(isMissing);
    if (missing.length === 0) return [];
    const { path } = router.module.file;
    const { start, end } = router.node.name;
    return [
      settingFinding(routerIncomplete, production, {
        message: `The router ${router.name} has db_for_read, and no ${missing.join(", no ")}: ${missing.map((each) => consequences[each]).join("; ")}.`,
        help: "Let writes go to the primary, allow relations between objects of both, and migrations on the primary alone.",
        location: { path, range: { start, end } },
        subject: name,
      }),
    ];
  },
};

const consequences: Readonly<Record<string, string>> = {
  db_for_write: "an object that was read from the replica is written there",
  allow_relation: "relating an object from the replica to one from the primary raises ValueError",
  allow_migrate: "migrations run on the replica as well",
};
