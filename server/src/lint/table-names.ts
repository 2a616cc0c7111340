/** Names of models, tables and fields in the configuration that the project does not have. */
import type { DjangoProject } from "../django/project.ts";
import { tableName } from "../django/table-name.ts";
import { projectFileName } from "./configuration-file.ts";
import type { LoadedConfiguration, LocatedProblem, NamedInConfiguration } from "./configuration-loading.ts";
import { nearest } from "./selection.ts";
import { tomlPositions } from "./toml-positions.ts";

export interface UnknownName {
  /** Of the key, from the table of the configuration on. */
  readonly path: readonly ["table-rows" | "column-statistics", string];
  readonly message: string;
}

/** A table as far as it is known, which names of the configuration may mean. */
export interface NamedTable {
  /** Of the model: `shop.Order`. */
  readonly label: string;
  readonly table: string;
  readonly fields: readonly { readonly name: string; readonly column: string }[];
  /** Whether the model has no other fields. */
  readonly complete: boolean;
  /** Whether a column may have another name. */
  readonly columnsGuessed: boolean;
  /** Whether the project's own code declares it; other models of such an application are known too. */
  readonly isOwn: boolean;
}

/** Whether anything is said of single tables or columns: without it there is nothing to look up. */
export function namesTables(named: NamedInConfiguration): boolean {
  return namesOfTables(named).length > 0 || Object.keys(named.columnStatistics).length > 0;
}

/** `"*"` is for all tables. No such thing is there for columns. */
function namesOfTables({ tableRows }: NamedInConfiguration): readonly string[] {
  return Object.keys(tableRows).filter((name) => name !== "*");
}

/** As `unknownNamesAmong`, for what the analysis knows of the models. */
export function unknownTableNames(
  named: NamedInConfiguration,
  projects: readonly DjangoProject[],
): readonly UnknownName[] {
  if (!namesTables(named)) return [];
  return unknownNamesAmong(
    named,
    projects.flatMap(({ models }) =>
      [...models.models.values()].flatMap((model): readonly NamedTable[] =>
        model.abstract
          ? []
          : [
              {
                label: model.label,
                table: tableName(model),
                fields: [...model.fields.values()].map(({ name, attributeName: column }) => ({
                  name,
                  column,
                })),
                complete: model.complete,
                columnsGuessed: true,
                isOwn: model.location !== undefined,
              },
            ],
      ),
    ),
  );
}

/**
 * What is said of tables and columns that are not there has no effect, and nothing else would tell. A name that nothing
 * is near to is left alone where a library, or code that was not understood, may bring what it means.
 */
export function unknownNamesAmong(
  named: NamedInConfiguration,
  tables: readonly NamedTable[],
): readonly UnknownName[] {
  if (tables.length === 0) return [];
  const ofTables = namesOfTables(named).flatMap((name) => {
    const problem = tableProblem(name, tables);
    return problem === undefined ? [] : [{ path: ["table-rows", name] as const, message: problem }];
  });
  const ofColumns = Object.keys(named.columnStatistics).flatMap((name) => {
    const problem = columnProblem(name, tables);
    return problem === undefined ? [] : [{ path: ["column-statistics", name] as const, message: problem }];
  });
  return [...ofTables, ...ofColumns];
}

/**
 * The names that stand in the configuration file. One for several folders says something of the models of each: none of
 * them knows all.
 */
export function placesOfNames(
  names: readonly UnknownName[],
  { file, pathPrefix }: Pick<LoadedConfiguration, "file" | "pathPrefix">,
): readonly LocatedProblem[] {
  if (names.length === 0 || file === undefined || pathPrefix !== "") return [];
  const { path, text } = file;
  const prefix = path.endsWith(`/${projectFileName}`) ? ["tool", "queryscope"] : [];
  const positions = tomlPositions(text);
  return names.flatMap(({ path: key, message }) => {
    const range = positions.key([...prefix, ...key]);
    return range === undefined ? [] : [{ path, range, message: `\`${key[0]}\`: ${message}` }];
  });
}

function tableProblem(name: string, tables: readonly NamedTable[]): string | undefined {
  if (tables.some(({ label, table }) => label === name || table === name)) return undefined;
  const isLabel = name.includes(".");
  const suggestion = nearest(
    name,
    tables.map(({ label, table }) => (isLabel ? label : table)),
    nearby,
  );
  return suggestion === undefined && !isOfOwnApp(name, tables)
    ? undefined
    : unknown(isLabel ? "model" : "table", name, suggestion);
}

function columnProblem(name: string, tables: readonly NamedTable[]): string | undefined {
  const end = name.lastIndexOf(".");
  const [owner, field] = [name.slice(0, end), name.slice(end + 1)];
  if (end < 0) return `\`${name}\` is neither \`app.Model.field\` nor \`table.column\``;
  const found = tables.filter(({ label, table }) => label === owner || table === owner);
  if (found.length === 0) {
    const problem = tableProblem(owner, tables);
    return problem === undefined ? undefined : `${problem} (in \`${name}\`)`;
  }
  const isLabel = owner.includes(".");
  const fields = found.flatMap((each) => each.fields);
  const known = fields.map(({ name: ofField, column }) => (isLabel ? ofField : column));
  if (known.includes(field)) return undefined;
  const suggestion =
    (isLabel ? fields.find(({ column }) => column === field)?.name : undefined) ??
    nearest(field, known, nearby);
  const mayBeAnother = found.some((each) => !each.complete || (!isLabel && each.columnsGuessed));
  if (suggestion === undefined && mayBeAnother) return undefined;
  return unknown(isLabel ? "field" : "column", name, suggestion && `${owner}.${suggestion}`);
}

/** Letters that may differ. */
const nearby = 2;

function unknown(kind: string, name: string, suggestion: string | undefined): string {
  const hint = suggestion === undefined ? "" : `; did you mean \`${suggestion}\`?`;
  return `the project has no ${kind} \`${name}\`${hint}`;
}

/** Of `app.Model`: whether all models of the application are the project's own. */
function isOfOwnApp(name: string, tables: readonly NamedTable[]): boolean {
  const [app] = name.split(".");
  const ofApp = name.includes(".") ? tables.filter(({ label }) => label.split(".")[0] === app) : [];
  return ofApp.length > 0 && ofApp.every(({ isOwn }) => isOwn);
}
