import type { Loop, Write } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { biggestTableFirst } from "../biggest-table-first.ts";
import type { Finding } from "../finding.ts";
import { findingBase, stepOfLoop } from "../finding-parts.ts";
import { growthOf } from "../pagination/growing-models.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type WriteLoop, writeLoopsOf } from "../writes/write-loop.ts";
import { attributeOf, leavesOf, type Migration, migrationsOf } from "./app-migrations.ts";
import { isFalse, isTrue, keywordOf } from "./declared-index.ts";
import { isKnownBig, isKnownSmall, knownRows } from "./index-finding.ts";
import { argumentOf, type Operation, operationsOf, textOf } from "./migration-operations.ts";

export const unbatchedDataMigration: FactRule = {
  kind: "facts",
  code: "QS513",
  name: "unbatched-data-migration",
  summary: "A migration writes the rows of a table one by one, all in one transaction",
  level: "info",
  fix: "none",
  stage: 3,
  run(context) {
    const { project } = context;
    return project.apps.flatMap(({ label }) => {
      const migrations = migrationsOf(project, label);
      // What other migrations follow has most likely been run.
      return leavesOf(migrations).flatMap((migration) =>
        migrations.length === 1 ? [] : findingsIn(context, migration),
      );
    });
  },
};

function findingsIn(context: RuleContext, migration: Migration): readonly Finding[] {
  const { node } = migration;
  // Somebody has thought of transactions.
  if (isTrue(attributeOf(node, "initial")) || isFalse(attributeOf(node, "atomic"))) return [];
  const operations = operationsOf(migration);
  const created = new Set(
    operations.flatMap(({ name, call }) =>
      name === "CreateModel" ? (textOf(argumentOf(call, "name", 0)) ?? []) : [],
    ),
  );
  return operations.flatMap((operation) => findingOf(context, migration, operation, created) ?? []);
}

function findingOf(
  context: RuleContext,
  { module, appLabel }: Migration,
  { name, call }: Operation,
  created: ReadonlySet<string>,
): Finding | undefined {
  const code = argumentOf(call, "code", 0);
  if (name !== "RunPython" || code?.kind !== "Name" || isFalse(keywordOf(call, "atomic"))) return undefined;
  const symbol = `${module.name}.${code.name}`;
  const found = writeLoopsOf(
    context,
    "save",
    "delete",
    "update",
    "getOrCreate",
    "add",
    "set",
    "remove",
  ).flatMap((writeLoop) => (writeLoop.write.root.symbol === symbol ? (tableLoopOf(writeLoop) ?? []) : []));
  const [first] = found
    .filter(({ rows: { model } }) => {
      const isNew = model.appLabel === appLabel && created.has(model.name.toLowerCase());
      return !isNew && growthOf(context, model) === "growing" && !isKnownSmall(context, model);
    })
    .map((tableLoop) => ({ ...tableLoop, tableRows: knownRows(context, tableLoop.rows.model) }))
    .toSorted(biggestTableFirst);
  if (!first) return undefined;
  const { loop, rows, write } = first;
  const isWhole = rows.filters.length === 0 && !rows.unknownOperations;
  const location = { path: module.file.path, range: { start: call.start, end: call.end } };
  return {
    ...findingBase(unbatchedDataMigration),
    level: isKnownBig(context, rows.model) ? "warning" : unbatchedDataMigration.level,
    remedy: "migration",
    confidence: isWhole ? "high" : "medium",
    message: `${code.name}() goes through ${isWhole ? "all" : "the"} rows of ${rows.model.name}${isWhole ? "" : " that match"} and ${verbs[write.operation]} one by one in a single transaction: what it has written stays locked until the end.`,
    help: "Let the database do it with one update(), or write batches with bulk_update(objs, fields, batch_size=…) over iterator(), in a migration with atomic = False.",
    location,
    origin: location,
    symbol,
    model: rows.model.label,
    tableRows: first.tableRows,
    accesses: [{ location: write.location, relationPath: "", code: unbatchedDataMigration.code }],
    evidence: [
      { message: `RunPython calls ${code.name}()`, location },
      stepOfLoop(loop),
      { message: `Each round ${verbs[write.operation]}`, location: write.location },
    ],
  };
}

const verbs: Readonly<Record<Write["operation"], string>> = {
  create: "creates rows",
  save: "saves them",
  delete: "deletes rows",
  update: "updates rows",
  add: "adds relations",
  set: "sets relations",
  remove: "removes relations",
  getOrCreate: "creates rows",
};

interface TableLoop {
  readonly loop: Loop;
  readonly rows: Queryset;
  readonly write: Write;
}

/** The outermost loop over the rows of a table, of which no limit says how many they are. */
function tableLoopOf({ write }: WriteLoop): TableLoop | undefined {
  const loop = write.loops.find(({ source, weight }) => source !== undefined && weight.kind === "rows");
  const rows = loop?.source;
  if (!loop || !rows || rows.bound.kind !== "none" || rows.related || isFew(loop)) return undefined;
  return { loop, rows, write };
}

function isFew({ weight }: Loop): boolean {
  return weight.kind === "rows" && weight.few === true;
}
