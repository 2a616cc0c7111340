import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import { importName } from "../../edits/imports.ts";
import { lineBefore } from "../../edits/statement-lines.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { biggestTableFirst } from "../biggest-table-first.ts";
import type { FileEdit, Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { attributeOf, elementsOf, leavesOf, type Migration, migrationsOf } from "./app-migrations.ts";
import { isTrue, keywordOf } from "./declared-index.ts";
import { isKnownBig, isKnownSmall, knownRows } from "./index-finding.ts";
import { argumentOf, type Operation, operationsOf, textOf } from "./migration-operations.ts";

export const lockingIndexMigration: FactRule = {
  kind: "facts",
  code: "QS512",
  name: "locking-index-migration",
  summary: "A migration builds an index while nobody can write to the table",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const { project } = context;
    if (!usesOnly(databaseEngines(project.settings), "postg")) return [];
    return project.apps.flatMap(({ label }) => {
      const migrations = migrationsOf(project, label);
      // What other migrations follow has most likely been run.
      return leavesOf(migrations).flatMap((migration) => findingOf(context, migration, migrations) ?? []);
    });
  },
};

function findingOf(
  context: RuleContext,
  migration: Migration,
  migrations: readonly Migration[],
): Finding | undefined {
  const { node, module, appLabel } = migration;
  if (isTrue(attributeOf(node, "initial")) || migrations.length === 1) return undefined;
  const operations = operationsOf(migration);
  const created = new Set(
    operations
      .filter(({ name }) => name === "CreateModel")
      .map(({ call }) => textOf(argumentOf(call, "name", 0))),
  );
  const before = migrations.filter((each) => each !== migration);
  const locking = operations.filter((operation) => {
    const name = modelOf(operation);
    const model = graphModel(name);
    if (name === undefined || created.has(name) || (model && isKnownSmall(context, model))) return false;
    return buildsIndex(operation, before);
  });
  // The table that is blocked longest.
  const [first] = locking
    .map((operation) => {
      const model = graphModel(modelOf(operation));
      return { ...operation, model, tableRows: model && knownRows(context, model) };
    })
    .toSorted(biggestTableFirst);
  const name = first && (first.model?.name ?? modelOf(first));
  if (!first || name === undefined) return undefined;
  const more = locking.length > 1 ? ` (and ${locking.length - 1} more)` : "";
  const isConvertible = locking.every((operation) => operation.name === "AddIndex");
  const location = locationOf(first.call);
  return {
    ...findingBase(lockingIndexMigration),
    level: first.model && isKnownBig(context, first.model) ? "warning" : lockingIndexMigration.level,
    remedy: "migration",
    confidence: first.name === "AlterField" ? "medium" : "high",
    message: `${first.name} on ${name}${more} blocks writes to the table while the index is built.`,
    help: isConvertible
      ? "Use AddIndexConcurrently with atomic = False, in a migration of its own."
      : "Build the index with AddIndexConcurrently first; a unique one can become a constraint afterwards without reading the table.",
    location,
    origin: location,
    symbol: `${module.name}.Migration`,
    model: first.model?.label,
    tableRows: first.tableRows,
    accesses: locking
      .filter(({ call }) => call !== first.call)
      .map(({ call }) => ({
        location: locationOf(call),
        relationPath: "",
        code: lockingIndexMigration.code,
      })),
    evidence: locking.map((operation) => ({
      message: `${operation.name} builds an index`,
      location: locationOf(operation.call),
    })),
    fixes: isConvertible ? fixesOf(migration, operations) : [],
  };

  function locationOf({ start, end }: Call) {
    return { path: module.file.path, range: { start, end } };
  }

  function graphModel(lowerName: string | undefined) {
    return [...context.project.models.models.values()].find(
      (model) => model.appLabel === appLabel && model.name.toLowerCase() === lowerName,
    );
  }
}

/** In small letters, as migrations write it. */
function modelOf({ name, call }: Operation): string | undefined {
  return textOf(
    name === "AlterUniqueTogether" || name === "AlterIndexTogether"
      ? argumentOf(call, "name", 0)
      : argumentOf(call, "model_name", 0),
  );
}

function buildsIndex({ name, call }: Operation, before: readonly Migration[]): boolean {
  switch (name) {
    case "AddIndex":
      return true;
    case "AddConstraint": {
      const constraint = argumentOf(call, "constraint", 1);
      return constraint?.kind === "Call" && /UniqueConstraint$/.test(calleeText(constraint));
    }
    case "AlterUniqueTogether": {
      const value = argumentOf(call, "unique_together", 1);
      return value !== undefined && !isEmpty(value) && !hadOption(call, before);
    }
    case "AlterField": {
      const field = argumentOf(call, "field", 2);
      if (
        field?.kind !== "Call" ||
        !(isTrue(keywordOf(field, "db_index")) || isTrue(keywordOf(field, "unique")))
      )
        return false;
      return lacksIndexBefore(call, before);
    }
    default:
      return false;
  }
}

/** Every migration that names the field gives it none. */
function lacksIndexBefore(call: Call, before: readonly Migration[]): boolean {
  const model = textOf(argumentOf(call, "model_name", 0));
  const name = textOf(argumentOf(call, "name", 1));
  const last = before
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((migration) => operationsOf(migration))
    .flatMap((operation) => definitionsIn(operation, model, name))
    .at(-1);
  return last !== undefined && !isTrue(keywordOf(last, "db_index")) && !isTrue(keywordOf(last, "unique"));
}

function definitionsIn(
  { name: operation, call }: Operation,
  model: string | undefined,
  name: string | undefined,
): readonly Call[] {
  if (operation === "AddField" || operation === "AlterField") {
    const field = argumentOf(call, "field", 2);
    const isIt =
      textOf(argumentOf(call, "model_name", 0)) === model && textOf(argumentOf(call, "name", 1)) === name;
    return isIt && field?.kind === "Call" ? [field] : [];
  }
  if (operation !== "CreateModel" || textOf(argumentOf(call, "name", 0)) !== model) return [];
  return elementsOf(argumentOf(call, "fields", 1)).flatMap((element) => {
    const [column, field] = elementsOf(element);
    return textOf(column) === name && field?.kind === "Call" ? [field] : [];
  });
}

/** The option was set before: what is added to it is not known. */
function hadOption(call: Call, before: readonly Migration[]): boolean {
  const model = textOf(argumentOf(call, "name", 0));
  return before.some((migration) =>
    operationsOf(migration).some(
      ({ name, call: other }) =>
        (name === "AlterUniqueTogether" && textOf(argumentOf(other, "name", 0)) === model) ||
        (name === "CreateModel" &&
          textOf(argumentOf(other, "name", 0)) === model &&
          migration.module.file.text.slice(other.start, other.end).includes("unique_together")),
    ),
  );
}

function calleeText({ function: callee }: Call): string {
  return callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
}

/** `set()`, `[]`, `None` */
function isEmpty(value: Expression): boolean {
  if (value.kind === "ConstantLiteral") return true;
  return value.kind === "Call"
    ? value.arguments.length === 0
    : elementsOf(value).length === 0 && value.kind !== "SetLiteral";
}

/** Only where the migration does nothing else: what is not atomic can't be undone half-way. */
function fixesOf({ module, node }: Migration, operations: readonly Operation[]): readonly Fix[] {
  const { path, text } = module.file;
  const isAlone = operations.every(({ name }) => name === "AddIndex");
  const [first] = node.body;
  const added = importName(module.file, "django.contrib.postgres.operations", "AddIndexConcurrently");
  if (!isAlone || !first || !added || attributeOf(node, "atomic")) return [];
  const attribute = node.body.find(
    (statement) => statement.kind === "Assign" || statement.kind === "AnnAssign",
  );
  const edits: Omit<FileEdit, "path">[] = [
    ...added.edits,
    lineBefore(text, attribute ?? first, "atomic = False"),
    ...operations.map(({ call: { function: callee } }) => ({
      range: { start: callee.start, end: callee.end },
      newText: added.expression,
    })),
  ];
  return [
    {
      title: "Build the index without blocking writes (AddIndexConcurrently, atomic = False)",
      safety: "unsafe",
      preferred: true,
      edits: edits.map((edit) => ({ path, ...edit })),
    },
  ];
}
