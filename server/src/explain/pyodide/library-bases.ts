/** What ships about abstract models of libraries, for an interpreter in which the libraries are not installed. */
import type { FieldDeclaration } from "../../django/field-declarations.ts";
import { allLibraryModels } from "../../django/library-facts/library-facts.ts";

/** By its import path an abstract model with its own columns, in their order. */
export type LibraryBases = Readonly<Record<string, LibraryBase>>;

interface LibraryBase {
  /** Import paths of its base classes. */
  readonly bases: readonly string[];
  readonly columns: readonly LibraryColumn[];
  /** Of these among the columns of a project's model. */
  readonly position: "first" | "last";
}

interface LibraryColumn {
  readonly name: string;
  /** Django's own class for the column. */
  readonly type: string;
  readonly null: boolean;
  readonly unique: boolean;
  readonly primaryKey: boolean;
  readonly indexed: boolean;
}

export function libraryBases(): LibraryBases {
  const described = allLibraryModels
    .filter(({ abstract, path }) => abstract && !path.startsWith("django."))
    .map(
      ({ path, bases, fields, position }) =>
        [path, { bases, columns: fields.flatMap(columnOf), position }] as const,
    );
  return Object.fromEntries(described);
}

function columnOf({
  kind,
  name,
  baseClassName,
  null: isNullable,
  unique,
  primaryKey,
  indexed,
}: FieldDeclaration): readonly LibraryColumn[] {
  if (kind !== "column") return [];
  return [{ name, type: baseClassName, null: isNullable, unique, primaryKey, indexed }];
}
