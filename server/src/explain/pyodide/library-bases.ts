/** What ships about abstract models of libraries, for an interpreter in which the libraries are not installed. */
import type { FieldDeclaration } from "../../django/field-declarations.ts";
import { allLibraryModels, managerOrders } from "../../django/library-facts/library-facts.ts";
import type { LibraryManager } from "../../django/library-facts/library-model.ts";

export interface LibraryBases {
  /** By its import path an abstract model with its own columns, in their order. */
  readonly models: Readonly<Record<string, LibraryBase>>;
  /** By the import path of a manager the columns that its querysets are ordered by. */
  readonly managers: Readonly<Record<string, readonly string[]>>;
}

interface LibraryBase {
  /** Import paths of its base classes. */
  readonly bases: readonly string[];
  readonly columns: readonly LibraryColumn[];
  /** Of these among the columns of a project's model. */
  readonly position: "first" | "last";
  /** By name the import path of an ordered manager. */
  readonly managers: Readonly<Record<string, string>>;
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
      ({ path, bases, fields, position, managers }) =>
        [
          path,
          { bases, columns: fields.flatMap(columnOf), position, managers: orderedAmong(managers) },
        ] as const,
    );
  return { models: Object.fromEntries(described), managers: managerOrders() };
}

function orderedAmong(managers: readonly LibraryManager[]): Readonly<Record<string, string>> {
  const ordered = managers.flatMap(({ name, orderedClass }) =>
    orderedClass === undefined ? [] : [[name, orderedClass] as const],
  );
  return Object.fromEntries(ordered);
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
