/**
 * Which model's rows an expression stands for, told from the text alone: names, assignments, annotations, returned
 * values. Meant for code that is being typed, of which no analysis exists yet; what it cannot tell is `undefined`.
 */
import { modelsOfAdmin } from "../../django/admin-classes.ts";
import { isToOne, type Model } from "../../django/model-graph.ts";
import { definitionOf } from "../../python/name-scopes.ts";
import type { ClassSymbol, FunctionSymbol, Module, PythonSymbol } from "../../python/symbols.ts";
import { synchronousName } from "../../queryset/operations.ts";
import { anyName } from "../../queryset/queryset.ts";
import type { Attribute, Call, Expression, Name } from "../../syntax/ast.ts";
import { forEachBlockStatement } from "../../syntax/statement-walk.ts";
import {
  afterMethod,
  type Code,
  classNamed,
  modelByLabel,
  modelOfSymbol,
  nameOf,
  type RowSource,
  rowsOf,
  symbolNamed,
} from "./code.ts";

/** Expressions, calls and definitions that are followed from one to the next. */
const deepest = 12;

export function rowSource(code: Code, expression: Expression, depth = 0): RowSource | undefined {
  if (depth > deepest) return undefined;
  const inner = (part: Expression): RowSource | undefined => rowSource(code, part, depth + 1);
  switch (expression.kind) {
    case "Name":
      return sourceOfName(code, expression, depth);
    case "Attribute":
      return sourceOfAttribute(code, expression, depth);
    case "Call":
      return sourceOfCall(code, expression, depth);
    case "Subscript": {
      const source = inner(expression.value);
      if (source?.kind !== "queryset") return undefined;
      return expression.index.kind === "Slice" ? source : { kind: "row", model: source.model };
    }
    case "BinaryOperation":
      return inner(expression.left) ?? inner(expression.right);
    case "BooleanOperation":
      return expression.values.map(inner).find((source) => source !== undefined);
    case "Conditional":
      return inner(expression.body) ?? inner(expression.orElse);
    case "Await":
    case "NamedExpression":
      return inner(expression.value);
    default:
      return undefined;
  }
}

function sourceOfName(code: Code, node: Name, depth: number): RowSource | undefined {
  const definition = definitionOf(code.file, node.name, node);
  if (definition === undefined) {
    return sourceOfSymbol(code, code.project.program.resolveName(code.module, node.name), depth);
  }
  const { binding, value } = definition;
  switch (binding.kind) {
    case "assignment":
      return value && rowSource(code, value, depth + 1);
    case "loopVariable": {
      const source = value && rowSource(code, value, depth + 1);
      return source?.kind === "queryset" ? { kind: "row", model: source.model } : undefined;
    }
    case "receiver":
      return receiverSource(code, binding.class, binding.isClass, depth);
    case "parameter":
      return parameterSource(code, node, binding.annotation, depth);
    case "import":
      return sourceOfSymbol(code, symbolNamed(code, node.name), depth);
    case "unknown":
      return undefined;
  }
}

function receiverSource(
  code: Code,
  className: string,
  isClass: boolean,
  depth: number,
): RowSource | undefined {
  const symbol = classNamed(code, className);
  if (symbol === undefined) return undefined;
  const { models } = code.project;
  const model = models.modelOfClass(symbol);
  if (model) return isClass ? { kind: "model", model } : { kind: "row", model };
  const managed = [...models.models.values()].find((candidate) =>
    [...candidate.managers.values()].some(
      ({ managerClass, querysetClass }) => managerClass?.id === symbol.id || querysetClass?.id === symbol.id,
    ),
  );
  if (managed) return rowsOf(managed, new Set([anyName]));
  return depth > deepest ? undefined : { kind: "object", symbol };
}

/** `order: Order`, `orders: QuerySet[Order]`, `orders: list[Order]`; by convention where nothing is annotated. */
function parameterSource(
  code: Code,
  { name, start, end }: Name,
  annotation: string | undefined,
  depth: number,
): RowSource | undefined {
  const { program, models } = code.project;
  if (annotation !== undefined) {
    for (const [dotted] of annotation.matchAll(/[\w.]+/g)) {
      const [first = "", ...rest] = dotted.split(".");
      const symbol = rest.reduce<PythonSymbol>(
        (owner, part) => (owner.kind === "module" ? program.resolveExport(owner.module, part) : owner),
        program.resolveName(code.module, first),
      );
      const model = modelOfSymbol(code, symbol);
      if (model === undefined) continue;
      const isRow = /^["']?(?:Optional\[)?["']?[\w.]+["']?\]?(?:\s*\|\s*None)?["']?$/.test(annotation);
      return isRow ? { kind: "row", model } : rowsOf(model, new Set([anyName]));
    }
    return undefined;
  }
  const self = definitionOf(code.file, "self", { start, end });
  if (self?.binding.kind !== "receiver") return undefined;
  const symbol = classNamed(code, self.binding.class);
  const model = symbol && (models.modelOfClass(symbol) ?? modelOfClass(code, symbol, depth + 1));
  if (model === undefined) return undefined;
  if (name === "queryset" || name === "qs") return rowsOf(model, new Set([anyName]));
  return name === "obj" || name === "instance" ? { kind: "row", model } : undefined;
}

/** Code of another place that a symbol leads to. */
function codeOf(code: Code, module: Module): Code {
  return module === code.module ? code : { ...code, module, file: module.file, known: () => undefined };
}

function sourceOfSymbol(code: Code, symbol: PythonSymbol, depth: number): RowSource | undefined {
  const model = modelOfSymbol(code, symbol);
  if (model) return { kind: "model", model };
  if (symbol.kind !== "variable") return undefined;
  const value = symbol.values.at(-1);
  return value && rowSource({ ...codeOf(code, symbol.module), file: symbol.module.file }, value, depth + 1);
}

function sourceOfAttribute(code: Code, node: Attribute, depth: number): RowSource | undefined {
  const { project } = code;
  const name = node.attribute.name;
  if (name === "user" && nameOf(node.value) === "request" && project.models.userModel) {
    return { kind: "row", model: project.models.userModel };
  }
  const owner = rowSource(code, node.value, depth + 1);
  switch (owner?.kind) {
    case "model":
      return owner.model.managers.has(name) || name === "_default_manager" || name === "_base_manager"
        ? rowsOf(owner.model)
        : undefined;
    case "row": {
      const relation = owner.model.relations.get(name);
      const target = relation?.target === undefined ? undefined : project.models.model(relation.target);
      if (relation === undefined || target === undefined) return undefined;
      return isToOne(relation) ? { kind: "row", model: target } : rowsOf(target);
    }
    case "object":
      return attributeOfObject(code, owner.symbol, name, depth);
    case "queryset":
      return undefined;
    default:
      // `orders.models.Order`
      return sourceOfSymbol(code, project.program.resolveExpression(code.module, node), depth);
  }
}

function attributeOfObject(
  code: Code,
  symbol: ClassSymbol,
  name: string,
  depth: number,
): RowSource | undefined {
  const member = code.project.program.lookupMember(symbol, name);
  if (member.kind === "found") {
    const source = sourceOfSymbol(code, member.symbol, depth + 1);
    if (source) return source;
    if (member.symbol.kind === "function") return returnedSource(code, member.symbol, depth + 1);
  }
  if (!objectAttributes.has(name)) return undefined;
  const model = modelOfClass(code, symbol, depth + 1);
  if (model === undefined) return undefined;
  if (name === "model") return { kind: "model", model };
  return name === "queryset" || name === "object_list" ? rowsOf(model) : { kind: "row", model };
}

/** What generic views, forms and serializers call the rows that they are about. */
const objectAttributes: ReadonlySet<string> = new Set([
  "instance",
  "model",
  "object",
  "object_list",
  "queryset",
]);

function sourceOfCall(code: Code, node: Call, depth: number): RowSource | undefined {
  if (node.function.kind === "Attribute") return sourceOfMethod(code, node, node.function, depth);
  if (node.function.kind !== "Name") return undefined;
  const { name } = node.function;
  const [first] = node.arguments;
  const given = first && rowSource(code, first, depth + 1);
  switch (name) {
    case "super":
      return superSource(code, node, depth);
    case "get_object_or_404":
    case "aget_object_or_404":
      return given && given.kind !== "object" ? { kind: "row", model: given.model } : undefined;
    case "get_list_or_404":
    case "aget_list_or_404":
      return given && given.kind !== "object" ? rowsOf(given.model) : undefined;
    case "list":
    case "tuple":
    case "set":
    case "sorted":
    case "reversed":
    case "iter":
      return given?.kind === "queryset" ? given : undefined;
    case "get_user_model": {
      const model = code.project.models.userModel;
      return model && { kind: "model", model };
    }
  }
  const callee = rowSource(code, node.function, depth + 1);
  if (callee?.kind === "model") return { kind: "row", model: callee.model };
  const symbol = code.project.program.resolveName(code.module, name);
  return symbol.kind === "function" ? returnedSource(code, symbol, depth + 1) : undefined;
}

function superSource(code: Code, node: Call, depth: number): RowSource | undefined {
  const self = definitionOf(code.file, "self", node) ?? definitionOf(code.file, "cls", node);
  if (self?.binding.kind !== "receiver") return undefined;
  const source = receiverSource(code, self.binding.class, self.binding.isClass, depth);
  return source?.kind === "object" ? { ...source, after: true } : source;
}

function sourceOfMethod(code: Code, node: Call, method: Attribute, depth: number): RowSource | undefined {
  const owner = code.known(node) ?? rowSource(code, method.value, depth + 1);
  const name = synchronousName(method.attribute.name);
  if (owner?.kind === "object") return methodOfObject(code, owner, name, node, depth);
  if (owner?.kind === "queryset") return afterMethod(owner, name, node);
  if (name === "get_model") return modelByLabel(code, node);
  return undefined;
}

function methodOfObject(
  code: Code,
  { symbol, after }: Extract<RowSource, { readonly kind: "object" }>,
  name: string,
  node: Call,
  depth: number,
): RowSource | undefined {
  const member = after ? undefined : code.project.program.lookupMember(symbol, name);
  if (member?.kind === "found" && member.symbol.kind === "function") {
    const returned = returnedSource(code, member.symbol, depth + 1);
    if (returned) return returned;
  }
  switch (name) {
    case "get_queryset":
    case "filter_queryset":
    case "paginate_queryset": {
      const [given] = node.arguments;
      const source = name === "get_queryset" ? undefined : given && rowSource(code, given, depth + 1);
      const model = source?.kind === "queryset" ? source.model : modelOfClass(code, symbol, depth + 1);
      return model && rowsOf(model, new Set([anyName]));
    }
    case "get_object": {
      const model = modelOfClass(code, symbol, depth + 1);
      return model && { kind: "row", model };
    }
    default:
      return undefined;
  }
}

/** What the last `return` of a function gives. */
function returnedSource(code: Code, { node, module }: FunctionSymbol, depth: number): RowSource | undefined {
  if (depth > deepest) return undefined;
  const inside: Code = { ...codeOf(code, module), file: module.file, known: () => undefined };
  let found: RowSource | undefined;
  forEachBlockStatement(node.body, (statement) => {
    if (statement.kind !== "Return" || statement.value === undefined) return;
    found = rowSource(inside, statement.value, depth + 1) ?? found;
  });
  return found;
}

/** Attributes that say which rows a view, a serializer, a form or an admin class is about. */
const declaringAttributes = ["model", "queryset"] as const;

/** Attributes that name another class that says it. */
const delegatingAttributes = ["serializer_class", "form_class", "table_class", "filterset_class"] as const;

/**
 * The model that a class is about: the one that it is, is registered for, or declares in one of the ways that Django
 * and Django REST framework have. For `class Meta` that of the class around it.
 */
export function modelOfClass(code: Code, symbol: ClassSymbol, depth = 0): Model | undefined {
  const { program, models } = code.project;
  if (depth > deepest) return undefined;
  const own = models.modelOfClass(symbol) ?? modelsOfAdmin(program, models, symbol)[0];
  if (own) return own;
  for (const name of declaringAttributes) {
    const model = declaredModel(code, symbol, name, depth);
    if (model) return model;
  }
  const meta = program.lookupMember(symbol, "Meta");
  if (meta.kind === "found" && meta.symbol.kind === "class") {
    const model = declaredModel(code, meta.symbol, "model", depth);
    if (model) return model;
  }
  const owner = ownerOf(code, symbol);
  if (owner) return modelOfClass(code, owner, depth + 1);
  const getter = program.lookupMember(symbol, "get_queryset");
  if (getter.kind === "found" && getter.symbol.kind === "function") {
    const source = returnedSource(code, getter.symbol, depth + 2);
    if (source?.kind === "queryset") return source.model;
  }
  for (const name of delegatingAttributes) {
    const delegate = declaredClass(code, symbol, name);
    const model = delegate && modelOfClass(code, delegate, depth + 1);
    if (model) return model;
  }
  return undefined;
}

/** The class in whose body `class Meta` stands. */
function ownerOf(code: Code, { qualifiedName, module }: ClassSymbol): ClassSymbol | undefined {
  if (!qualifiedName.endsWith(".Meta")) return undefined;
  return classNamed({ ...code, module }, qualifiedName.slice(0, -".Meta".length));
}

function declaredModel(code: Code, symbol: ClassSymbol, name: string, depth: number): Model | undefined {
  const member = code.project.program.lookupMember(symbol, name);
  if (member.kind !== "found" || member.symbol.kind !== "variable") return undefined;
  const { module, values } = member.symbol;
  const value = values.at(-1);
  if (value === undefined) return undefined;
  const place: Code = { ...code, module, file: module.file, known: () => undefined };
  const named = modelOfSymbol(place, place.project.program.resolveExpression(module, value));
  if (named) return named;
  const source = rowSource(place, value, depth + 1);
  return source === undefined || source.kind === "object" ? undefined : source.model;
}

function declaredClass({ project }: Code, symbol: ClassSymbol, name: string): ClassSymbol | undefined {
  const member = project.program.lookupMember(symbol, name);
  if (member.kind !== "found" || member.symbol.kind !== "variable") return undefined;
  const value = member.symbol.values.at(-1);
  const resolved = value && project.program.resolveExpression(member.symbol.module, value);
  return resolved?.kind === "class" ? resolved : undefined;
}
