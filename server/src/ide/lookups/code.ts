import type { Model } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import type { ClassSymbol, Module, PythonSymbol } from "../../python/symbols.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import { anyName } from "../../queryset/queryset.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/source-file.ts";

/** Code to be understood: the file as it is typed, and the module of the last analysis that resolves its names. */
export interface Code {
  readonly project: DjangoProject;
  readonly module: Module;
  readonly file: SourceFile;
  /** What the last analysis knows of the queryset on which a method is called. */
  readonly known: (call: Call) => QuerysetSource | undefined;
}

export interface QuerysetSource {
  readonly kind: "queryset";
  readonly model: Model;
  /** Names that it adds to lookups; see `anyName`. */
  readonly annotations: ReadonlySet<string>;
}

export type RowSource =
  | QuerysetSource
  | { readonly kind: "row"; readonly model: Model }
  /** The class itself. */
  | { readonly kind: "model"; readonly model: Model }
  /** An object of a class that is no model: a view, a serializer. `after`: reached by `super()`. */
  | { readonly kind: "object"; readonly symbol: ClassSymbol; readonly after?: true };

const noNames: ReadonlySet<string> = new Set();

export function rowsOf(model: Model, annotations: ReadonlySet<string> = noNames): QuerysetSource {
  return { kind: "queryset", model, annotations };
}

/** The class of the module with this name: `Outer.Inner`. */
export function classNamed({ project, module }: Code, qualifiedName: string): ClassSymbol | undefined {
  return project.program.classes(module).find((symbol) => symbol.qualifiedName === qualifiedName);
}

/** The model that a name stands for. */
export function modelOfSymbol({ project: { models } }: Code, symbol: PythonSymbol): Model | undefined {
  if (symbol.kind === "class") return models.modelOfClass(symbol);
  return symbol.kind === "external" ? models.modelOfExternal(symbol.name) : undefined;
}

/** A name that a function imports: as the module of the last analysis knows it, or by the name of a model. */
export function symbolNamed({ project, module }: Code, name: string): PythonSymbol {
  const [model, ...others] = project.models.modelsNamed(name);
  if (model?.symbol !== undefined && others.length === 0) return model.symbol;
  return project.program.resolveName(module, name);
}

/** What a method of a queryset gives; one of the project's own is taken to give a queryset, as most do. */
export function afterMethod(owner: QuerysetSource, name: string, node: Call): RowSource | undefined {
  const operation = querysetOperation(name);
  switch (operation?.kind) {
    case undefined:
      return rowsOf(owner.model, new Set([...owner.annotations, anyName]));
    case "annotate":
    case "rows": {
      const names = node.keywords.flatMap(({ name: keyword }) => keyword?.name ?? []);
      return rowsOf(owner.model, new Set([...owner.annotations, ...names]));
    }
    case "instance":
      return { kind: "row", model: owner.model };
    case "write":
      return operation.write === "create" ? { kind: "row", model: owner.model } : undefined;
    case "scalar":
    case "inBulk":
      return undefined;
    default:
      return owner;
  }
}

/** `apps.get_model("shop", "Order")`, `apps.get_model("shop.Order")` */
export function modelByLabel({ project: { models } }: Code, node: Call): RowSource | undefined {
  const parts = node.arguments.map((argument) => (argument.kind === "StringLiteral" ? argument.value : ""));
  const model = models.model(parts.join("."));
  return model && { kind: "model", model };
}

/** The last name of `a.b`. */
export function nameOf(node: Expression): string | undefined {
  if (node.kind === "Name") return node.name;
  return node.kind === "Attribute" ? node.attribute.name : undefined;
}
