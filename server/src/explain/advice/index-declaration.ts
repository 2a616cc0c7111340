import type { SchemaTable } from "../queryset-compiler.ts";
import type { IndexCandidate, IndexKey } from "./index-candidate.ts";

/** How the model declares an index, and how PostgreSQL creates it. */
export interface IndexDeclaration {
  /** For `Meta.indexes`: `models.Index(fields=["tenant", "-created_at"], name="…")`. */
  readonly python: string;
  /** Names of fields in order, `-` for descending ones. */
  readonly fields: readonly string[];
  /** What the declaration needs besides `models`, as import statements. */
  readonly imports: readonly string[];
}

const longestName = 30;

export function declarationOf(candidate: IndexCandidate, table: SchemaTable): IndexDeclaration {
  const { keys, condition, method } = candidate;
  const fieldOf = (column: string) => table.columns.find((known) => known.column === column)?.name ?? column;
  const fields = keys.map(({ column, descending }) => `${descending ? "-" : ""}${fieldOf(column)}`);
  const imports = new Set<string>();
  const parts: string[] = [];
  if (keys.some((key) => key.function !== undefined)) {
    parts.push(...keys.map((key) => expressionOf(key, fieldOf(key.column), imports)));
  } else {
    parts.push(`fields=[${fields.map(quoted).join(", ")}]`);
    const classes = keys.map(({ operatorClass }) => operatorClass ?? "");
    if (classes.some((name) => name !== "")) parts.push(`opclasses=[${classes.map(quoted).join(", ")}]`);
  }
  if (condition !== undefined) {
    const field = fieldOf(condition.column);
    const test =
      condition.test === "null"
        ? `${field}__isnull=True`
        : `${field}=${condition.test === "true" ? "True" : "False"}`;
    parts.push(`condition=models.Q(${test})`);
  }
  parts.push(`name=${quoted(nameOf(candidate, table, fieldOf))}`);
  if (method === "gin") imports.add("from django.contrib.postgres.indexes import GinIndex");
  return {
    python: `${method === "gin" ? "GinIndex" : "models.Index"}(${parts.join(", ")})`,
    fields,
    imports: [...imports],
  };
}

function expressionOf(key: IndexKey, field: string, imports: Set<string>): string {
  const name = key.function === undefined ? undefined : capitalised(key.function);
  if (name !== undefined) imports.add(`from django.db.models.functions import ${name}`);
  const expression = name === undefined ? `models.F(${quoted(field)})` : `${name}(${quoted(field)})`;
  if (key.operatorClass === undefined) return expression;
  imports.add("from django.contrib.postgres.indexes import OpClass");
  return `OpClass(${expression}, name=${quoted(key.operatorClass)})`;
}

/** `task_tenant_status_created_idx`, shortened to what Django takes. */
function nameOf(
  { keys, condition, method }: IndexCandidate,
  { label }: SchemaTable,
  fieldOf: (column: string) => string,
): string {
  const model = label.split(".").at(-1)?.toLowerCase() ?? "";
  const words = [
    ...keys.map(({ column }) => fieldOf(column)),
    ...(condition === undefined ? [] : [fieldOf(condition.column)]),
  ];
  const suffix = method === "gin" ? "trgm" : "idx";
  const room = longestName - suffix.length - 1;
  let name = [model, ...words].join("_");
  for (let length = 12; name.length > room && length > 1; length--) {
    name = [model, ...words].map((word) => word.slice(0, length).replace(/_$/, "")).join("_");
  }
  return `${name.slice(0, room)}_${suffix}`;
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
