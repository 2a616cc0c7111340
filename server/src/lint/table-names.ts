/** Names of models, tables and fields in the configuration that the project does not have. */
import type { Model } from "../django/model-graph.ts";
import type { DjangoProject } from "../django/project.ts";
import { tableName } from "../django/table-name.ts";
import type { Configuration } from "./configuration.ts";
import { projectFileName } from "./configuration-file.ts";
import type { LoadedConfiguration, LocatedProblem } from "./configuration-loading.ts";
import { nearest } from "./selection.ts";
import { tomlPositions } from "./toml-positions.ts";

export interface UnknownName {
  /** Of the key, from the table of the configuration on. */
  readonly path: readonly ["table-rows" | "column-statistics", string];
  readonly message: string;
}

/**
 * What is said of tables and columns that are not there has no effect, and nothing else would tell. A name that nothing
 * is near to is left alone where a library, or code that was not understood, may bring what it means.
 */
export function unknownTableNames(
  { tableRows, columnStatistics }: Pick<Configuration, "tableRows" | "columnStatistics">,
  projects: readonly DjangoProject[],
): readonly UnknownName[] {
  if (projects.length === 0) return [];
  const models = projects.flatMap(({ models: graph }) => [...graph.models.values()]);
  const tables = models.filter(({ abstract }) => !abstract);
  const ofTables = Object.keys(tableRows)
    .filter((name) => name !== "*")
    .flatMap((name) => {
      const problem = tableProblem(name, tables);
      return problem === undefined ? [] : [{ path: ["table-rows", name] as const, message: problem }];
    });
  const ofColumns = Object.keys(columnStatistics).flatMap((name) => {
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

function tableProblem(name: string, models: readonly Model[]): string | undefined {
  if (models.some((model) => model.label === name || tableName(model) === name)) return undefined;
  const isLabel = name.includes(".");
  const suggestion = nearest(
    name,
    models.map((model) => (isLabel ? model.label : tableName(model))),
    nearby,
  );
  return suggestion === undefined && !isOfOwnApp(name, models)
    ? undefined
    : unknown(isLabel ? "model" : "table", name, suggestion);
}

function columnProblem(name: string, models: readonly Model[]): string | undefined {
  const end = name.lastIndexOf(".");
  const [owner, field] = [name.slice(0, end), name.slice(end + 1)];
  if (end < 0) return `\`${name}\` is neither \`app.Model.field\` nor \`table.column\``;
  const found = models.filter((model) => model.label === owner || tableName(model) === owner);
  if (found.length === 0) {
    const problem = tableProblem(owner, models);
    return problem === undefined ? undefined : `${problem} (in \`${name}\`)`;
  }
  const isLabel = owner.includes(".");
  const known = found.flatMap((model) => fieldsOf(model, isLabel));
  if (known.includes(field)) return undefined;
  const suggestion = nearest(field, known, nearby);
  // A column may have a name of its own.
  if (suggestion === undefined && (!isLabel || found.some(({ complete }) => !complete))) return undefined;
  return unknown(isLabel ? "field" : "column", name, suggestion && `${owner}.${suggestion}`);
}

/** Letters that may differ. */
const nearby = 2;

function unknown(kind: string, name: string, suggestion: string | undefined): string {
  const hint = suggestion === undefined ? "" : `; did you mean \`${suggestion}\`?`;
  return `the project has no ${kind} \`${name}\`${hint}`;
}

function fieldsOf({ fields }: Model, isLabel: boolean): readonly string[] {
  return [...fields.values()].flatMap(({ name, attributeName }) =>
    isLabel ? [name, attributeName] : [attributeName],
  );
}

/** Of `app.Model`: whether all models of the application are the project's own. */
function isOfOwnApp(name: string, models: readonly Model[]): boolean {
  const [app] = name.split(".");
  const ofApp = name.includes(".") ? models.filter(({ appLabel }) => appLabel === app) : [];
  return ofApp.length > 0 && ofApp.every(({ location }) => location !== undefined);
}
