/** The migration that makes an index: on PostgreSQL, while others go on writing to the table. */
import type { Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { FileEdit } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { leavesOf, type Migration, migrationsOf } from "./app-migrations.ts";
import type { IndexCode } from "./index-fix.ts";

export interface IndexMigration {
  /** Makes the file. */
  readonly edit: FileEdit;
  readonly concurrent: boolean;
}

/** Undefined where it can't be told which migration comes before. */
export function indexMigration(
  { project }: RuleContext,
  model: Model,
  indexName: string,
  code: Pick<IndexCode, "imports" | "write">,
): IndexMigration | undefined {
  const migrations = migrationsOf(project, model.appLabel);
  const [leaf, ...others] = leavesOf(migrations);
  const number = numberAfter(migrations);
  if (!leaf || others.length > 0 || number === undefined) return undefined;
  const engines = databaseEngines(project.settings);
  const concurrent = usesOnly(engines, "postg");
  const folder = leaf.module.file.path.slice(0, -`${leaf.name}.py`.length);
  const edit: FileEdit = {
    path: `${folder}${number}_${indexName}.py`,
    range: { start: 0, end: 0 },
    newText: textOf(model, indexName, code, leaf, concurrent),
  };
  return { edit, concurrent };
}

/** `0003` after `0002_more`; undefined where migrations are not numbered. */
function numberAfter(migrations: readonly Migration[]): string | undefined {
  const numbers = migrations.flatMap(({ name }) => /^\d{4}(?=_)/.exec(name)?.[0] ?? []);
  return numbers.length === 0 ? undefined : String(Math.max(...numbers.map(Number)) + 1).padStart(4, "0");
}

function textOf(
  { appLabel, name }: Model,
  indexName: string,
  { imports, write }: Pick<IndexCode, "imports" | "write">,
  leaf: Migration,
  concurrent: boolean,
): string {
  const names = new Map([["Index", "models.Index"]]);
  const lines = ["from django.db import migrations, models"];
  for (const { module, names: needed } of imports) {
    const ofModels = module === "django.db.models";
    for (const each of needed) names.set(each, ofModels ? `models.${each}` : each);
    if (!ofModels) lines.push(`from ${module} import ${needed.join(", ")}`);
  }
  if (concurrent) lines.push("from django.contrib.postgres.operations import AddIndexConcurrently");
  const index = write(names, '"', indexName);
  const usesModels = /\bmodels\./.test(index);
  const sorted = lines
    .map((line) => (usesModels ? line : line.replace("migrations, models", "migrations")))
    .sort();
  const outside = concurrent
    ? [
        "    # PostgreSQL builds an index beside other writes only outside of a transaction.",
        "    atomic = False",
        "",
      ]
    : [];
  return [
    ...sorted,
    "",
    "",
    "class Migration(migrations.Migration):",
    ...outside,
    `    dependencies = [("${appLabel}", "${leaf.name}")]`,
    "",
    "    operations = [",
    `        ${concurrent ? "AddIndexConcurrently" : "migrations.AddIndex"}(`,
    `            model_name="${name.toLowerCase()}",`,
    `            index=${index},`,
    "        ),",
    "    ]",
    "",
  ].join("\n");
}
