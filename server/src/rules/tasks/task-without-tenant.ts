import { groupBy } from "../../base/group-by.ts";
import { classesBehind } from "../../django/celery-applications.ts";
import type { QuerysetCall } from "../../interpret/facts.ts";
import type { ClassDef, FunctionDef } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Finding } from "../finding.ts";
import { type QueryShape, queryShapes } from "../indexes/query-shapes.ts";
import { tenantModels } from "../indexes/tenant-models.ts";
import { lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type SchemaTenants, schemaTenants } from "./schema-tenants.ts";
import { taskFinding } from "./task-finding.ts";
import { nameOfTask } from "./task-starts.ts";
import { queuedTasks, type TaskWork } from "./task-work.ts";

export const taskWithoutTenant: FactRule = {
  kind: "facts",
  code: "QS915",
  name: "task-without-tenant",
  summary: "A task asks for rows of tenants and is not told of which",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    if (hasTenantTasks(context)) return [];
    const schemas = schemaTenants(context);
    return schemas ? inSchemas(context, schemas) : inColumns(context);
  },
};

/** The application of `tenant_schemas_celery` sends the schema along with each task. */
function hasTenantTasks({ project: { program } }: RuleContext): boolean {
  return program.modules.some(
    ({ firstParty, file }) => firstParty && mentions(file, "tenant_schemas_celery"),
  );
}

function inSchemas(context: RuleContext, { owns, model }: SchemaTenants): readonly Finding[] {
  const calls = groupBy(factsOfKind(context.facts, "querysetCall"), ({ root }) => root.symbol);
  return queuedTasks(context).flatMap((work) => {
    const call = calls.get(work.symbol)?.find(({ queryset }) => owns(queryset.model));
    return call && !isTold(work, model) && !entersTenant(context, work) ? [findingOfSchema(work, call)] : [];
  });
}

/** A parameter that is called like a tenant. */
function isTold({ task, declaration }: TaskWork, tenant: string): boolean {
  const names = new RegExp(`tenant|schema|${tenant}`, "i");
  const parameters = declaration.takesItself ? task.node.parameters.slice(1) : task.node.parameters;
  return parameters.some(({ name, form }) => names.test(name) || form === "doubleStarred");
}

const entering =
  /^(?:schema_context|tenant_context|schemas_context|tenants_context|set_tenant|set_schema|set_schema_to_public|schema_required|schema_exists)$/;

/** In its body, or in a method of its class, such as the `__call__()` around each run; a decorator may do it, too. */
function entersTenant({ project: { program } }: RuleContext, { task, declaration }: TaskWork): boolean {
  if (task.node.decorators.length > 1) return true;
  const { own } = classesBehind(program, declaration.base);
  return [task, ...own].some(({ node }) => namesTenantContext(node));
}

/** The block of `tenant_context()`, or the connection is set by hand. */
function namesTenantContext(definition: FunctionDef | ClassDef): boolean {
  let found = false;
  walkExpressions(definition, (node) => {
    const name = node.kind === "Name" ? node.name : node.kind === "Attribute" ? node.attribute.name : "";
    found ||= entering.test(name);
    return !found;
  });
  return found;
}

function findingOfSchema(work: TaskWork, { queryset, location }: QuerysetCall): Finding {
  const name = nameOfTask(work.task);
  return {
    ...taskFinding(taskWithoutTenant, work, [
      { message: `Asks for rows of ${queryset.model.name}`, location },
    ]),
    remedy: "tenant-context",
    confidence: "high",
    message: `${name}() asks for ${queryset.model.name}, which each tenant has in a schema of its own, and does not say of which: a worker looks into the one that it was left in.`,
    help: "Give it the tenant's schema first, and let it work inside of schema_context(schema); or take the application of tenant_schemas_celery.",
    model: queryset.model.label,
  };
}

/** Tenants that a key of each row tells apart. A task that is given nothing works for all of them. */
function inColumns(context: RuleContext): readonly Finding[] {
  const shapes = queryShapes(context);
  const isTenant = tenantModels(context, shapes);
  const byRoot = groupBy(
    shapes.filter(({ uses }) => uses[0]?.root.context === "task"),
    ({ uses }) => uses[0]?.root.symbol,
  );
  const { models } = context.project;
  return queuedTasks(context).flatMap((work) => {
    const { parameters } = work.task.node;
    if (parameters.length <= (work.declaration.takesItself ? 1 : 0)) return [];
    for (const shape of byRoot.get(work.symbol) ?? []) {
      const key = [...shape.queryset.model.fields.values()].find(
        ({ kind, target }) => kind === "foreignKey" && target !== undefined && isTenant(models.model(target)),
      );
      const tenant = key?.target === undefined ? undefined : models.model(key.target);
      if (!tenant || isAddressed(shape, tenant.label) || isTold(work, tenant.name)) continue;
      return [findingOfColumn(work, shape, tenant.name)];
    }
    return [];
  });
}

/** By its tenant, by its key, or through another row: then it is one tenant's. */
function isAddressed({ queryset, conditions, complete }: QueryShape, tenant: string): boolean {
  return (
    !complete ||
    queryset.related !== undefined ||
    conditions.some(
      ({ field, comparison, path }) =>
        field.target === tenant ||
        path !== "" ||
        field.kind === "foreignKey" ||
        field.kind === "oneToOne" ||
        ((field.primaryKey || field.unique) && (comparison === "equal" || comparison === "in")),
    )
  );
}

function findingOfColumn(work: TaskWork, { queryset, uses }: QueryShape, tenant: string): Finding {
  const [use] = uses;
  return {
    ...taskFinding(
      taskWithoutTenant,
      work,
      use ? [{ message: `Asks for rows of ${queryset.model.name}`, location: use.location }] : [],
    ),
    remedy: "tenant-context",
    level: lowered(taskWithoutTenant.level),
    confidence: "medium",
    message: `${nameOfTask(work.task)}() asks for ${queryset.model.name} of every ${tenant}: it is neither given one nor the key of a row.`,
    help: `Give it the key of the ${tenant}, and filter by it; or start it once without arguments, where it is for all of them.`,
    model: queryset.model.label,
  };
}
