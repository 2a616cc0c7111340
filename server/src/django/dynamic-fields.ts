/** Fields that code outside of a model's class adds: `Model.add_to_class("x", …)`, `field.contribute_to_class(Model, "x")`. */
import type { Location } from "../base/text-range.ts";
import type { PythonProgram } from "../python/program.ts";
import type { Module, PythonSymbol } from "../python/symbols.ts";
import type { Call, Expression, Import, ImportFrom, ModuleTree } from "../syntax/ast.ts";
import { forEachChild, type Node } from "../syntax/walk.ts";
import type { Evaluator } from "./evaluation.ts";
import type { FieldDeclaration, FieldReader } from "./field-declarations.ts";
import type { Additions } from "./model-inheritance.ts";
import type { ModelRegistry, RegisteredModel } from "./model-registry.ts";
import { alternativesOf, known, type Scope, type StaticValue, stringOf } from "./static-value.ts";

export function findDynamicFields(
  evaluator: Evaluator,
  fieldReader: FieldReader,
  registry: ModelRegistry,
): ReadonlyMap<RegisteredModel, Additions> {
  const { program } = evaluator.context;
  const additions = new Map<RegisteredModel, { fields: FieldDeclaration[]; complete: boolean }>();

  for (const module of program.modules) {
    const { text } = module.file;
    if (!text.includes("add_to_class") && !text.includes("contribute_to_class")) continue;
    evaluator.context.bodyRead(module);
    const { calls, imports } = callsAndImports(module.file.tree);
    const scope: Scope = { module, owner: undefined, bindings: importedNames(program, module, imports) };
    for (const call of calls) {
      const addition = additionOf(call);
      const model = addition && modelOf(addition.model, scope);
      if (!addition || !model) continue;
      const entry = additions.get(model) ?? { fields: [], complete: true };
      additions.set(model, entry);
      const name = stringOf(evaluator.evaluate(addition.name, scope));
      const location: Location = {
        path: module.file.path,
        range: { start: addition.name.start, end: addition.name.end },
      };
      const declared =
        name !== undefined && addition.value.kind === "Call"
          ? fieldReader.read(name, addition.value, scope, location)
          : undefined;
      if (declared) entry.fields.push(...declared.fields);
      else if (!addsMethod(addition.value, scope)) entry.complete = false;
    }
  }
  return additions;

  function modelOf(expression: Expression, scope: Scope): RegisteredModel | undefined {
    const symbol = evaluator.symbol(expression, scope);
    if (symbol.kind !== "unknown") return registry.ofSymbol(symbol);
    for (const alternative of alternativesOf(evaluator.evaluate(expression, scope))) {
      if (typeof alternative === "object" && alternative?.type === "model")
        return registry.labelled(alternative.label);
    }
    return undefined;
  }

  /** `User.add_to_class("display_name", display_name)` with a function or property is no field. */
  function addsMethod(value: Expression, scope: Scope): boolean {
    if (value.kind === "Lambda") return true;
    const symbol = evaluator.symbol(value.kind === "Call" ? value.function : value, scope);
    return symbol.kind === "function" || (symbol.kind === "external" && symbol.name.startsWith("builtins."));
  }
}

interface AddedAttribute {
  readonly model: Expression;
  readonly name: Expression;
  readonly value: Expression;
}

function additionOf(call: Call): AddedAttribute | undefined {
  if (call.function.kind !== "Attribute") return undefined;
  const receiver = call.function.value;
  const [first, second] = call.arguments;
  if (!first || !second) return undefined;
  if (call.function.attribute.name === "add_to_class") return { model: receiver, name: first, value: second };
  if (call.function.attribute.name !== "contribute_to_class" || isSuper(receiver)) return undefined;
  return { model: first, name: second, value: receiver };
}

function isSuper(expression: Expression): boolean {
  return (
    expression.kind === "Call" && expression.function.kind === "Name" && expression.function.name === "super"
  );
}

function callsAndImports(tree: ModuleTree): {
  readonly calls: readonly Call[];
  readonly imports: readonly (Import | ImportFrom)[];
} {
  const calls: Call[] = [];
  const imports: (Import | ImportFrom)[] = [];
  const pending: Node[] = [...tree.body];
  for (const node of pending) {
    if ("kind" in node) {
      if (node.kind === "Call") calls.push(node);
      else if (node.kind === "Import" || node.kind === "ImportFrom") imports.push(node);
    }
    forEachChild(node, (child) => pending.push(child));
  }
  return { calls, imports };
}

/** Names imported anywhere in the module: `AppConfig.ready()` imports the models it changes. */
function importedNames(
  program: PythonProgram,
  module: Module,
  imports: readonly (Import | ImportFrom)[],
): ReadonlyMap<string, StaticValue> {
  const names = new Map<string, StaticValue>();
  for (const statement of imports) {
    for (const [name, symbol] of program.resolveImport(module, statement)) {
      if (isUsable(symbol)) names.set(name, known({ type: "symbol", symbol }));
    }
  }
  return names;
}

function isUsable(symbol: PythonSymbol): boolean {
  return symbol.kind === "class" || symbol.kind === "external" || symbol.kind === "module";
}
