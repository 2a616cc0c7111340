/**
 * What middleware, decorators and views of the project put on requests: rows, as in `request.event =
 * get_object_or_404(Event, …)`, and objects of the project's own classes. The assignments tell the model or class,
 * wherever they stand; where they disagree it is not known.
 */
import { AnswersOf } from "../../base/answers-of.ts";
import type { Model } from "../../django/model-graph.ts";
import type { ClassSymbol, FunctionSymbol, Module, PythonSymbol } from "../../python/symbols.ts";
import { alternativesOf, unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Call, Expression, Statement } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { forEachBlockStatement } from "../../syntax/statement-walk.ts";
import { walk, walkExpressions } from "../../syntax/walk.ts";
import { moduleFrame } from "../frames.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { noArguments } from "../language/arguments.ts";
import { instanceOf } from "../make-values.ts";

interface RequestAttribute {
  readonly type: Model | ClassSymbol;
  /** Paths of the modules that assign it. */
  readonly visited: readonly string[];
}

interface Assignment {
  readonly module: Module;
  readonly symbol: FunctionSymbol;
  readonly value: Expression;
}

const known = new AnswersOf<Interpreter, Map<string, RequestAttribute | undefined>>();
const assignments = new AnswersOf<Interpreter, ReadonlyMap<string, readonly Assignment[]>>();

/** What a request carries under this name. Undefined where nobody sets it, or nobody knows what. */
export function attributeOfRequest(interpreter: Interpreter, name: string): Value | undefined {
  const attribute = attributeNamed(interpreter, name);
  if (!attribute) return undefined;
  for (const path of attribute.visited) interpreter.visited.add(path);
  const { type } = attribute;
  if (isClass(type)) return interpreter.newObject(type);
  // Loaded for this request alone: nobody has prefetched anything for it.
  return instanceOf(type, { queryset: interpreter.nowhere(type), path: [], single: true });
}

function isClass(type: RequestAttribute["type"]): type is ClassSymbol {
  return "kind" in type;
}

/** Whether the expression is a request, as far as its name tells. */
export function isRequest(node: Expression): boolean {
  return (
    (node.kind === "Name" && node.name === "request") ||
    (node.kind === "Attribute" && node.attribute.name === "request")
  );
}

function attributeNamed(interpreter: Interpreter, name: string): RequestAttribute | undefined {
  let attributes = known.get(interpreter);
  if (!attributes) {
    attributes = new Map();
    known.set(interpreter, attributes);
  }
  if (!attributes.has(name)) {
    // Seen again while its own value is looked for.
    attributes.set(name, undefined);
    attributes.set(name, readAttribute(interpreter, name));
  }
  return attributes.get(name);
}

function readAttribute(interpreter: Interpreter, name: string): RequestAttribute | undefined {
  const found = assignmentsOf(interpreter).get(name) ?? [];
  const visited = new Set(found.map(({ module }) => module.file.path));
  const types = new Set<RequestAttribute["type"]>(
    found.flatMap(({ module, symbol, value }) => modelOf(interpreter, module, symbol, value, 0) ?? []),
  );
  if (types.size === 0) for (const type of classesOf(interpreter, found, visited)) types.add(type);
  const [type, ...others] = types;
  return type && others.length === 0 ? { type, visited: [...visited] } : undefined;
}

/** The classes of the objects that calls give, as far as no name of the function around them decides that. */
function classesOf(
  interpreter: Interpreter,
  found: readonly Assignment[],
  visited: Set<string>,
): readonly ClassSymbol[] {
  return found.flatMap(({ module, symbol, value }) => {
    const [call = value, ...others] = valuesOf(symbol, value);
    if (call.kind !== "Call" || others.length > 0 || isLocal(symbol, call.function)) return [];
    const frame = moduleFrame(module, module.name);
    const result = interpreter.outsideOfRoot(frame, () => interpreter.evaluate(call));
    for (const path of result.visited) visited.add(path);
    return result.value.kind === "object" ? [result.value.symbol] : [];
  });
}

/** `strategy = selector.strategy(); request.strategy = strategy` */
function valuesOf(symbol: FunctionSymbol, value: Expression): readonly Expression[] {
  if (value.kind !== "Name") return [value];
  return assignmentsIn(symbol.node.body)
    .filter(({ targets }) => targets.some((each) => each.kind === "Name" && each.name === value.name))
    .map((assignment) => assignment.value);
}

function isLocal({ node }: FunctionSymbol, expression: Expression): boolean {
  let isBound = false;
  walkExpressions(expression, (part) => {
    isBound ||= part.kind === "Name" && bindingsOf(node, part.name).length > 0;
    return !isBound;
  });
  return isBound;
}

function assignmentsOf(interpreter: Interpreter): ReadonlyMap<string, readonly Assignment[]> {
  let all = assignments.get(interpreter);
  if (!all) {
    all = findAssignments(interpreter);
    assignments.set(interpreter, all);
  }
  return all;
}

const assignsToRequest = /\brequest\.\w+\s*=[^=]/;

function findAssignments({ program }: Interpreter): ReadonlyMap<string, readonly Assignment[]> {
  const all = new Map<string, Assignment[]>();
  for (const module of program.modules) {
    if (!module.firstParty || !mentions(module.file, assignsToRequest)) continue;
    for (const symbol of program.functions(module)) {
      for (const { targets, value } of assignmentsIn(symbol.node.body)) {
        for (const target of targets) {
          if (target.kind !== "Attribute" || !isRequest(target.value)) continue;
          const { name } = target.attribute;
          const others = all.get(name);
          if (others) others.push({ module, symbol, value });
          else all.set(name, [{ module, symbol, value }]);
        }
      }
    }
  }
  return all;
}

function assignmentsIn(body: readonly Statement[]): readonly Extract<Statement, { kind: "Assign" }>[] {
  const found: Extract<Statement, { kind: "Assign" }>[] = [];
  for (const statement of body) {
    walk(statement, (node) => {
      if (!("kind" in node)) return true;
      if (node.kind === "Assign") found.push(node);
      return node.kind !== "FunctionDef" && node.kind !== "ClassDef";
    });
    if (statement.kind === "Assign") found.push(statement);
  }
  return [...new Set(found)];
}

const mostSteps = 4;
const givesOneRow: ReadonlySet<string> = new Set(["aget", "afirst", "alast", "first", "get", "last"]);

/** The model of one row, by the call or the name that gives it. */
function modelOf(
  interpreter: Interpreter,
  module: Module,
  symbol: FunctionSymbol,
  node: Expression,
  steps: number,
): Model | undefined {
  if (steps > mostSteps) return undefined;
  const follow = (next: Expression): Model | undefined =>
    modelOf(interpreter, module, symbol, next, steps + 1);
  switch (node.kind) {
    case "Name": {
      const values = valuesOf(symbol, node).map(follow);
      const [first, ...others] = new Set(values.filter((model) => model !== undefined));
      return others.length === 0 ? first : undefined;
    }
    case "Attribute": {
      const held = isRequest(node.value) ? attributeNamed(interpreter, node.attribute.name)?.type : undefined;
      if (held) return isClass(held) ? undefined : held;
      const outer = isRequest(node.value) ? undefined : follow(node.value);
      const relation = outer?.relations.get(node.attribute.name);
      const isOne = relation?.kind === "foreignKey" || relation?.kind === "oneToOne";
      return isOne && relation.target !== undefined ? interpreter.models.model(relation.target) : undefined;
    }
    case "Call": {
      const callee = interpreter.program.resolveExpression(module, node.function);
      const [first] = node.arguments;
      if (callee.kind === "external" && /(^|\.)a?get_object_or_404$/.test(callee.name)) {
        return first && modelOfRows(interpreter, module, first);
      }
      if (callee.kind === "external" && callee.name === "django.utils.functional.SimpleLazyObject") {
        return first && modelOfLazy(interpreter, module, symbol, first, steps);
      }
      const own = ownFunction(interpreter, symbol, node.function, callee);
      if (own) return modelReturned(interpreter, own, symbol.owner, node);
      return node.function.kind === "Attribute" && givesOneRow.has(node.function.attribute.name)
        ? modelOfRows(interpreter, module, node.function.value)
        : undefined;
    }
    default:
      return undefined;
  }
}

/** `SimpleLazyObject(load)`, where `load` is a lambda or a function of the function at hand. */
function modelOfLazy(
  interpreter: Interpreter,
  module: Module,
  symbol: FunctionSymbol,
  load: Expression,
  steps: number,
): Model | undefined {
  if (load.kind === "Lambda") return modelOf(interpreter, module, symbol, load.body, steps + 1);
  const node =
    load.kind === "Name"
      ? symbol.node.body.find((each) => each.kind === "FunctionDef" && each.name.name === load.name)
      : undefined;
  if (node?.kind !== "FunctionDef") return undefined;
  const models = new Set<Model>();
  forEachBlockStatement(node.body, (statement) => {
    const value = statement.kind === "Return" ? statement.value : undefined;
    const model = value && modelOf(interpreter, module, { ...symbol, node }, value, steps + 1);
    if (model) models.add(model);
  });
  const [model, ...others] = models;
  return others.length === 0 ? model : undefined;
}

/** A function of the project, or a method of the class that the code stands in. */
function ownFunction(
  { program }: Interpreter,
  { owner }: FunctionSymbol,
  node: Expression,
  callee: PythonSymbol,
): FunctionSymbol | undefined {
  if (callee.kind === "function") return callee;
  const isOwn = node.kind === "Attribute" && node.value.kind === "Name" && node.value.name === "self";
  const member = owner && isOwn ? program.lookupMember(owner, node.attribute.name) : undefined;
  return member?.kind === "found" && member.symbol.kind === "function" ? member.symbol : undefined;
}

function modelReturned(
  interpreter: Interpreter,
  symbol: FunctionSymbol,
  owner: ClassSymbol | undefined,
  call: Call,
): Model | undefined {
  const receiver = symbol.owner && owner ? interpreter.newObject(owner) : undefined;
  const callee = interpreter.functionValue(symbol, receiver);
  const args: Arguments = { ...noArguments, positional: call.arguments.map(() => unknown), open: true };
  const frame = moduleFrame(symbol.module, symbol.module.name);
  const { value } = interpreter.outsideOfRoot(frame, () =>
    interpreter.callFunction(callee, args, call, "call"),
  );
  const models = alternativesOf(value).flatMap((each) => (each.kind === "instance" ? [each.model] : []));
  const [model, ...others] = new Set(models);
  return others.length === 0 ? model : undefined;
}

function modelOfRows(interpreter: Interpreter, module: Module, node: Expression): Model | undefined {
  const frame = moduleFrame(module, module.name);
  const { value } = interpreter.outsideOfRoot(frame, () => interpreter.evaluate(node));
  switch (value.kind) {
    case "class":
    case "manager":
    case "queryset":
      return value.model;
    default:
      return undefined;
  }
}
