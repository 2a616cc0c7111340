/** Columns of django-tables2: what their constructors are given, whether or not the project derives from them. */

import type { FrameworkClasses, LibraryFunction } from "../../interpret/consumer.ts";
import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import { unknown } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";

export type ColumnClass =
  | "Column"
  | "BooleanColumn"
  | "CheckBoxColumn"
  | "DateColumn"
  | "DateTimeColumn"
  | "EmailColumn"
  | "FileColumn"
  | "JSONColumn"
  | "LinkColumn"
  | "ManyToManyColumn"
  | "RelatedLinkColumn"
  | "TemplateColumn"
  | "TimeColumn"
  | "URLColumn";

/** A column as its constructor left it. */
export interface Column {
  /** The class of the library that it is, or derives from. */
  readonly kind: ColumnClass;
  /** Arguments by the name of the parameter. */
  readonly options: ReadonlyMap<string, Value>;
  /** Where the project derives a class of its own. */
  readonly object: PlainObject | undefined;
}

const columnParameters = ["verbose_name", "accessor"];

/** Parameters that may be given by position. */
const parametersOf: Readonly<Record<ColumnClass, readonly string[]>> = {
  Column: columnParameters,
  BooleanColumn: ["null", "yesno"],
  CheckBoxColumn: ["attrs", "checked"],
  DateColumn: ["format", "short"],
  DateTimeColumn: ["format", "short"],
  EmailColumn: ["text"],
  FileColumn: ["verify_exists"],
  JSONColumn: [],
  LinkColumn: ["viewname", "urlconf", "args", "kwargs", "current_app", "attrs"],
  ManyToManyColumn: ["transform", "filter", "separator", "linkify_item", ...columnParameters],
  RelatedLinkColumn: [],
  TemplateColumn: ["template_code", "template_name", "context_object_name", "extra_context"],
  TimeColumn: ["format", "short"],
  URLColumn: ["text"],
};

const columnClasses = Object.keys(parametersOf) as ColumnClass[];

/** Each class by the dotted names under which it is imported. */
const classByName: ReadonlyMap<string, ColumnClass> = new Map(
  columnClasses.flatMap((name) => {
    const module =
      name === "Column" ? "base" : name === "RelatedLinkColumn" ? "linkcolumn" : name.toLowerCase();
    return ["", "columns.", `columns.${module}.`].map(
      (path) => [`django_tables2.${path}${name}`, name] as const,
    );
  }),
);

/** Entry of the value that stands for a column of the library's own class. */
const kindEntry = "class of the column";
/** Entry of the value that stands for `A("owner__name")`. */
const accessorEntry = "accessor";

export function columnOf(interpreter: Interpreter, value: Value): Column | undefined {
  if (value.kind === "mapping") {
    const kind = value.entries.get(kindEntry);
    return kind?.kind === "literal"
      ? { kind: kind.value as ColumnClass, options: value.entries, object: undefined }
      : undefined;
  }
  if (value.kind !== "object") return undefined;
  const kind = kindOf(interpreter, value);
  return kind && { kind, options: value.attributes, object: value };
}

function kindOf(interpreter: Interpreter, { symbol }: PlainObject): ColumnClass | undefined {
  for (const base of interpreter.program.mro(symbol)) {
    const kind = base.kind === "external" ? classByName.get(base.name) : undefined;
    if (kind) return kind;
  }
  return undefined;
}

/** The path that an accessor names: `"owner__name"`, `A("owner__name")`. */
export function accessorPath(value: Value | undefined): string | undefined {
  if (value?.kind === "literal" && typeof value.value === "string" && value.value !== "") return value.value;
  return value?.kind === "mapping" ? accessorPath(value.entries.get(accessorEntry)) : undefined;
}

export function isAccessor(value: Value): boolean {
  return value.kind === "mapping" && value.entries.has(accessorEntry);
}

function namedArguments(kind: ColumnClass, args: Arguments): Map<string, Value> {
  const named = new Map<string, Value>();
  for (const [index, value] of args.positional.entries()) {
    const name = parametersOf[kind][index];
    if (name !== undefined) named.set(name, value);
  }
  for (const [name, value] of args.keywords) named.set(name, value);
  return named;
}

const accessor: LibraryFunction = (_interpreter, { positional: [path] }) =>
  path === undefined ? unknown : mappingOf(new Map([[accessorEntry, path]]));

export const columnFunctions: Readonly<Record<string, LibraryFunction>> = {
  ...Object.fromEntries(
    [...classByName].map(([name, kind]): [string, LibraryFunction] => [
      name,
      (_interpreter, args) =>
        mappingOf(namedArguments(kind, args).set(kindEntry, { kind: "literal", value: kind })),
    ]),
  ),
  "django_tables2.A": accessor,
  "django_tables2.Accessor": accessor,
  "django_tables2.utils.A": accessor,
  "django_tables2.utils.Accessor": accessor,
};

/** `named`: the row as `record`, what is to be shown as `value`, and their like. */
export type RenderColumn = (
  interpreter: Interpreter,
  column: Column,
  named: ReadonlyMap<string, Value>,
  node: Expression,
) => Value;

/** What the library's columns do for the project's own: `super().__init__(…)`, `super().render(…)`. */
export function columnClassesOf(render: RenderColumn): FrameworkClasses {
  return {
    bases: new Set(classByName.keys()),
    callMethod(interpreter, receiver, name, args, node) {
      const kind = kindOf(interpreter, receiver);
      if (!kind) return undefined;
      switch (name) {
        case "__init__":
          for (const [option, value] of namedArguments(kind, args)) receiver.attributes.set(option, value);
          return unknown;
        case "render":
        case "value": {
          const named = new Map(args.keywords);
          for (const [index, value] of args.positional.entries()) {
            const parameter = renderParameters(kind)[index];
            if (parameter !== undefined) named.set(parameter, value);
          }
          return render(interpreter, { kind, options: receiver.attributes, object: receiver }, named, node);
        }
        default:
          return undefined;
      }
    },
  };
}

function renderParameters(kind: ColumnClass): readonly string[] {
  switch (kind) {
    case "TemplateColumn":
      return ["record", "table", "value", "bound_column"];
    case "LinkColumn":
    case "RelatedLinkColumn":
    case "EmailColumn":
    case "URLColumn":
    case "FileColumn":
      return ["record", "value"];
    default:
      return ["value"];
  }
}
