/** The migrations of an application, as far as their files tell. */
import type { DjangoProject } from "../../django/project.ts";
import type { Module } from "../../python/symbols.ts";
import type { Assign, ClassDef, Expression } from "../../syntax/ast.ts";

export interface Migration {
  /** `0002_order_reference` */
  readonly name: string;
  readonly appLabel: string;
  readonly module: Module;
  readonly node: ClassDef;
}

const migrationName = /^(.+)\.migrations\.(\w+)$/;

/** All migrations of an application; none where a setting puts them elsewhere. */
export function migrationsOf(project: DjangoProject, appLabel: string): readonly Migration[] {
  const app = project.apps.find(({ label }) => label === appLabel);
  return app && project.settings.evaluateSetting("MIGRATION_MODULES") === undefined
    ? migrationsIn(project, app.moduleName, appLabel)
    : [];
}

function migrationsIn(
  { program }: DjangoProject,
  packageName: string,
  appLabel: string,
): readonly Migration[] {
  return program.modules.flatMap((module) => {
    const [, owner, name] = migrationName.exec(module.name) ?? [];
    if (owner !== packageName || name === undefined || !module.firstParty) return [];
    const node = module.file.tree.body.find(
      (statement): statement is ClassDef =>
        statement.kind === "ClassDef" && statement.name.name === "Migration",
    );
    return node ? [{ name, appLabel, module, node }] : [];
  });
}

/** Migrations that no other one of the application follows: one, where branches were merged. */
export function leavesOf(migrations: readonly Migration[]): readonly Migration[] {
  const followed = new Set(
    migrations.flatMap(({ node, appLabel }) =>
      ["dependencies", "replaces"].flatMap((attribute) =>
        elementsOf(attributeOf(node, attribute)).flatMap((element) => nameIn(element, appLabel) ?? []),
      ),
    ),
  );
  return migrations.filter(({ name }) => !followed.has(name));
}

/** `"0001_initial"` of `("shop", "0001_initial")`, where the application is this one. */
function nameIn(element: Expression, appLabel: string): string | undefined {
  if (element.kind !== "TupleLiteral" && element.kind !== "ListLiteral") return undefined;
  const [app, name] = element.elements;
  return app?.kind === "StringLiteral" && app.value === appLabel && name?.kind === "StringLiteral"
    ? name.value
    : undefined;
}

/** The value of an attribute of the class, where it is assigned once. */
export function attributeOf({ body }: ClassDef, name: string): Expression | undefined {
  const found = body.filter(
    (statement): statement is Assign =>
      statement.kind === "Assign" &&
      statement.targets.some((target) => target.kind === "Name" && target.name === name),
  );
  return found.length === 1 ? found[0]?.value : undefined;
}

export function elementsOf(value: Expression | undefined): readonly Expression[] {
  return value?.kind === "ListLiteral" || value?.kind === "TupleLiteral" ? value.elements : [];
}
