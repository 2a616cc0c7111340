import { compact } from "../base/compact.ts";
import type { ImportAlias, Statement } from "./ast.ts";
import { Field, Kind } from "./grammar.ts";
import { type Lowering, nameAt, type StatementLowering } from "./lowering.ts";

export const importStatements: Readonly<Record<string, StatementLowering>> = {
  import_statement: (c, node) => ({
    kind: "Import",
    start: c.startOf(node),
    end: c.endOf(node),
    names: lowerAliases(c, node),
  }),
  import_from_statement: lowerImportFrom,
  future_import_statement: (c, node) => ({
    kind: "ImportFrom",
    start: c.startOf(node),
    end: c.endOf(node),
    module: "__future__",
    level: 0,
    names: lowerAliases(c, node),
  }),
};

function lowerImportFrom(c: Lowering, node: number): Statement {
  const source = c.child(node, Field.module_name);
  const isRelative = source !== undefined && c.kindOf(source) === Kind.relative_import;
  const module = isRelative ? c.childOfKind(source, Kind.dotted_name) : source;
  const prefix = isRelative ? c.childOfKind(source, Kind.import_prefix) : undefined;
  return {
    kind: "ImportFrom",
    start: c.startOf(node),
    end: c.endOf(node),
    module: module === undefined ? "" : dottedName(c, module),
    level: prefix === undefined ? 0 : dotsIn(c.textOf(prefix)),
    names: lowerAliases(c, node),
  };
}

function dotsIn(text: string): number {
  return text.split(".").length - 1;
}

function lowerAliases(c: Lowering, node: number): readonly ImportAlias[] {
  const star = c.childOfKind(node, Kind.wildcard_import);
  if (star !== undefined)
    return [{ start: c.startOf(star), end: c.endOf(star), name: "*", alias: undefined }];
  return compact(
    c
      .partsIn(node, Field.name)
      .map((part) => lowerAlias(c, part))
      .filter(({ name }) => name !== ""),
  );
}

function lowerAlias(c: Lowering, node: number): ImportAlias {
  const start = c.startOf(node);
  const end = c.endOf(node);
  if (c.kindOf(node) !== Kind.aliased_import)
    return { start, end, name: dottedName(c, node), alias: undefined };
  const name = c.child(node, Field.name);
  const alias = c.child(node, Field.alias);
  return {
    start,
    end,
    name: name === undefined ? "" : dottedName(c, name),
    alias: alias === undefined ? undefined : nameAt(c, alias),
  };
}

/** Without the blanks that Python allows around the dots. */
function dottedName(c: Lowering, node: number): string {
  const parts = c.parts(node);
  const [first] = parts;
  if (first === undefined || parts.length === 1) return nameAt(c, first ?? node);
  return parts
    .map((part) => nameAt(c, part))
    .filter((name) => name !== "")
    .join(".");
}
