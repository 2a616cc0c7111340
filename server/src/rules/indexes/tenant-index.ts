import { groupBy } from "../../base/group-by.ts";
import { indexesOf } from "../../django/indexes.ts";
import { databaseEngines, middleware, usesOnly } from "../../django/project-settings.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import type { CompositeQuery } from "./composite-queries.ts";
import { helpForIndex, indexFinding } from "./index-finding.ts";
import { indexFixes } from "./index-fix.ts";
import {
  type CompositeIndex,
  compositeIndexes,
  missingCompositeIndexReports,
} from "./missing-composite-index.ts";
import { withoutSign } from "./served-columns.ts";

export const tenantIndex: FactRule = {
  kind: "facts",
  code: "QS504",
  name: "tenant-index",
  summary: "The rows of a tenant have an index on their key alone",
  level: "hint",
  fix: "unsafe",
  stage: 3,
  run(context) {
    if (usesOnly(databaseEngines(context.project.settings), "sqlite") || hasSchemas(context)) return [];
    const indexes = compositeIndexes(context);
    const reported = new Set(indexes.filter(missingCompositeIndexReports).map(({ model }) => model));
    const open = indexes.filter(({ model, queries }) => !reported.has(model) && queries.some(isOfTenant));
    return [...groupBy(open, ({ model }) => model).values()].flatMap(([index]) => {
      const tenant = tenantOf(index);
      if (tenant === undefined || hasComposite(index, tenant)) return [];
      const next = index.columns.slice(1).map((column) => `"${withoutSign(column)}"`);
      const { model, columns } = index;
      return [
        indexFinding(context, tenantIndex, {
          model,
          location: model.fields.get(tenant)?.location,
          columns,
          message: `${model.name} belongs to a tenant, and no index goes on from "${tenant}" to ${next.join(", ")}.`,
          help: helpForIndex,
          confidence: "medium",
          missing: `Its index holds "${tenant}" alone`,
          places: index.queries.map(({ query }) => query),
          verb: "Asked for",
          fixes: indexFixes(context, model, columns),
        }),
      ];
    });
  },
};

/** Each tenant has tables of its own. */
function hasSchemas({ project: { settings } }: RuleContext): boolean {
  const engines = databaseEngines(settings).names;
  return [...engines, ...middleware(settings).names].some((name) =>
    /tenant_schemas|django_tenants/.test(name),
  );
}

function isOfTenant({ tenantKeys, query }: CompositeQuery): boolean {
  return tenantKeys.size > 0 && query.inRequest;
}

function tenantOf({ columns, queries }: CompositeIndex): string | undefined {
  const [first] = columns;
  return queries.find(({ tenantKeys }) => first !== undefined && tenantKeys.has(first)) && first;
}

function hasComposite({ model }: CompositeIndex, tenant: string): boolean {
  return indexesOf(model).some(
    ({ columns, partial }) => columns[0] === tenant && columns.length > 1 && !partial,
  );
}
