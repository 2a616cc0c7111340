/** Libraries that write fields of each row of one queryset: exports and search indexes. One entry for each library. */
import type { Consumer, EntryPoint } from "../interpret/consumer.ts";
import { nameAt, readDeclaration } from "../interpret/declarations.ts";
import type { RootContext } from "../interpret/facts.ts";
import type { Interpreter } from "../interpret/interpreter.ts";
import type { ClassSymbol, Module } from "../python/symbols.ts";
import type { Expression } from "../syntax/ast.ts";
import { resolveAccessor } from "./resolve-accessor.ts";
import { callWith, methodOf } from "./row-members.ts";

interface RowFields {
  readonly bases: ReadonlySet<string>;
  readonly context: RootContext;
  /** The method of the project that gives the rows. */
  readonly rows: string;
  /** Methods that are called with each row for a field: `dehydrate_owner`. */
  readonly prefix: string;
  /** Methods that are called with each row as a whole. */
  readonly whole: readonly string[];
  /** How the dotted names of field classes start. */
  readonly fieldModule: string;
  /** The argument of a field that names the path to its value, and whether it may be given by position. */
  readonly path: { readonly name: string; readonly isFirst: boolean };
}

const importExport: RowFields = {
  bases: new Set(
    ["Resource", "ModelResource"].flatMap((name) => [
      `import_export.resources.${name}`,
      `import_export.${name}`,
    ]),
  ),
  context: "request",
  rows: "get_queryset",
  prefix: "dehydrate_",
  whole: [],
  fieldModule: "import_export.",
  path: { name: "attribute", isFirst: true },
};

const haystack: RowFields = {
  bases: new Set(
    ["SearchIndex", "BasicSearchIndex", "ModelSearchIndex"].map((name) => `haystack.indexes.${name}`),
  ),
  context: "command",
  rows: "index_queryset",
  prefix: "prepare_",
  whole: ["prepare"],
  fieldModule: "haystack.",
  path: { name: "model_attr", isFirst: false },
};

const elasticsearch: RowFields = {
  bases: new Set([
    "django_elasticsearch_dsl.Document",
    "django_elasticsearch_dsl.DocType",
    "django_elasticsearch_dsl.documents.Document",
    "django_elasticsearch_dsl.documents.DocType",
    "django_opensearch_dsl.Document",
    "django_opensearch_dsl.documents.Document",
  ]),
  context: "command",
  rows: "get_queryset",
  prefix: "prepare_",
  whole: ["prepare"],
  fieldModule: "django_elasticsearch_dsl.",
  path: { name: "attr", isFirst: false },
};

export const rowFields: readonly Consumer[] = [
  { name: "import-export", classes: classesOf(importExport) },
  { name: "haystack", classes: classesOf(haystack) },
  { name: "elasticsearch-dsl", classes: classesOf(elasticsearch) },
];

function classesOf(library: RowFields): NonNullable<Consumer["classes"]> {
  return {
    bases: library.bases,
    entryPoints: (interpreter, symbol) => entryPoints(interpreter, symbol, library),
  };
}

/** All rows, as for an export or for rebuilding the index. */
function entryPoints(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  library: RowFields,
): readonly EntryPoint[] {
  const source = methodOf(interpreter, symbol, library.rows);
  if (!source) return [];
  const name = `${symbol.module.name}.${symbol.qualifiedName}`;
  const location = { path: symbol.module.file.path, range: symbol.node.name };
  const run = (): void => {
    const object = interpreter.newObject(symbol);
    const place = nameAt(symbol.node.name, symbol.name);
    const rows = callWith(interpreter, source, object, [], place, "framework");
    interpreter.inLoop(rows, place, place, (row) => {
      for (const member of library.whole) {
        const method = methodOf(interpreter, symbol, member);
        if (method) callWith(interpreter, method, object, [row], place, "rowMember");
      }
      for (const field of fieldsOf(interpreter, symbol, library)) {
        const method = methodOf(interpreter, symbol, `${library.prefix}${field.name}`);
        if (method) callWith(interpreter, method, object, [row], place, "rowMember");
        else if (field.path !== undefined) {
          const { module, node, path } = field;
          const declaration = { module, name: `${name}.${field.name}`, location, owner: symbol };
          readDeclaration(interpreter, "rowMember", declaration, location, () =>
            resolveAccessor(interpreter, row, path, node),
          );
        }
      }
    });
  };
  return [{ symbol: `${name}.${library.rows}`, location, context: library.context, run }];
}

interface DeclaredField {
  readonly name: string;
  readonly path: string | undefined;
  readonly module: Module;
  readonly node: Expression;
}

function fieldsOf(
  { program }: Interpreter,
  symbol: ClassSymbol,
  { fieldModule, path }: RowFields,
): readonly DeclaredField[] {
  const fields = new Map<string, DeclaredField>();
  for (const owner of program.mro(symbol).toReversed()) {
    if (owner.kind !== "class") continue;
    for (const [name, member] of program.members(owner)) {
      const [node] = member.kind === "variable" ? member.values : [];
      if (node?.kind !== "Call") continue;
      const called = program.resolveExpression(owner.module, node.function, owner);
      if (called.kind !== "external" || !called.name.startsWith(fieldModule)) continue;
      const given =
        node.keywords.find((keyword) => keyword.name?.name === path.name)?.value ??
        (path.isFirst ? node.arguments[0] : undefined);
      const text = given?.kind === "StringLiteral" ? given.value : undefined;
      fields.set(name, { name, path: text, module: owner.module, node: given ?? node });
    }
  }
  return [...fields.values()];
}
