import { truthOf } from "../../django/static-value.ts";
import type { BlockingCall, BlockingOperation } from "../../interpret/facts.ts";
import { pathTo } from "../../syntax/walk.ts";
import { placesInRequests } from "../request/blocking-places.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { configuredDatabases, databaseOption } from "./databases.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const atomicRequestsWithSlowViews: FactRule = {
  kind: "facts",
  code: "QS810",
  name: "atomic-requests-with-slow-views",
  summary: "Each request is a transaction, and some of them wait for other systems",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const database = production && configuredDatabases(production).find(({ alias }) => alias === "default");
    const atomic = database && databaseOption(database, "ATOMIC_REQUESTS");
    if (!production || !database || !atomic || truthOf(atomic) !== true) return [];
    const waits = slowViews(context);
    const [first] = waits;
    if (!first) return [];
    return [
      settingFinding(atomicRequestsWithSlowViews, production, {
        // Whether the views wait where this runs, and inside of the transaction, the code around them decides.
        confidence: "medium",
        message: `Every request holds a transaction (ATOMIC_REQUESTS), and ${slowness(waits)} meanwhile: what they have written stays locked, and old versions of rows cannot be removed.`,
        help: "Use transaction.atomic() where several writes belong together, or take the slow views out with non_atomic_requests.",
        location: entryPlace(production, "DATABASES", database.options, "ATOMIC_REQUESTS"),
        restsOn: [atomic],
        evidence: waits.slice(0, shown).map(({ location, root, function: name }) => ({
          message: `${root.symbol.split(".").at(-1)}() takes as long as ${name}()`,
          location,
        })),
      }),
    ];
  },
};

function slowness(views: readonly BlockingCall[]): string {
  const [are, wait, work] =
    views.length === 1 ? ["1 view", "waits", "works"] : [`${views.length} views`, "wait", "work"];
  const kinds = [
    ...(views.some(({ operation }) => waiting.includes(operation)) ? [`${wait} for other systems`] : []),
    ...(views.some(({ operation }) => working.includes(operation)) ? [`${work} for long`] : []),
  ];
  return `${are} ${kinds.join(" or ")}`;
}

/** Views in the evidence of a finding. */
const shown = 5;

/** What others do for a view. */
const waiting: readonly BlockingOperation[] = ["email", "http", "storage", "sleep"];

/** What it does itself for long: writing a long file holds the transaction as long. */
const working: readonly BlockingOperation[] = ["document", "archive", "image", "process", "export"];

/** The first wait of each view that is not taken out of the setting. */
function slowViews(context: RuleContext): readonly BlockingCall[] {
  const byView = new Map<string, BlockingCall>();
  for (const place of placesInRequests(context, ...waiting, ...working)) {
    for (const fact of place.requests) {
      const isOrdinary = !fact.exceptional && !fact.dormant && fact.root.context === "request";
      if (isOrdinary && !byView.has(fact.root.symbol)) byView.set(fact.root.symbol, fact);
    }
  }
  return [...byView.values()].filter((fact) => !isNonAtomic(context, fact));
}

/** `@transaction.non_atomic_requests` on the view or its class, or around it where it is routed. */
function isNonAtomic({ project: { program } }: RuleContext, { root }: BlockingCall): boolean {
  const module = program.moduleOfFile(root.location.path);
  if (!module) return false;
  const isExempt = pathTo(module.file.tree, root.location.range).some(
    (node) =>
      "kind" in node &&
      (node.kind === "FunctionDef" || node.kind === "ClassDef") &&
      node.decorators.some(({ start, end }) =>
        module.file.text.slice(start, end).includes("non_atomic_requests"),
      ),
  );
  const names = root.symbol.split(".").slice(-2);
  const around = new RegExp(`non_atomic_requests\\(\\s*(\\w+\\.)*(${names.join("|")})\\b`);
  return isExempt || program.modules.some(({ firstParty, file }) => firstParty && around.test(file.text));
}
