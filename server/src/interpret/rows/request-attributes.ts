/**
 * Rows that middleware, decorators and views of the project put on requests: `request.event = get_object_or_404(Event,
 * …)`. The model is told by the assignments, wherever they stand; where they disagree it is not known.
 */
import type { Model } from "../../django/model-graph.ts";
import type { FunctionSymbol, Module } from "../../python/symbols.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression, Statement } from "../../syntax/ast.ts";
import { walk } from "../../syntax/walk.ts";
import { moduleFrame } from "../frames.ts";
import type { Interpreter } from "../interpreter.ts";
import { instanceOf } from "../make-values.ts";

interface RequestAttribute {
  readonly model: Model;
  /** Paths of the modules that assign it. */
  readonly visited: readonly string[];
}

interface Assignment {
  readonly module: Module;
  readonly symbol: FunctionSymbol;
  readonly value: Expression;
}

const known = new WeakMap<Interpreter, Map<string, RequestAttribute | undefined>>();
const assignments = new WeakMap<Interpreter, ReadonlyMap<string, readonly Assignment[]>>();

/** The row that a request carries under this name. Undefined where nobody sets it, or nobody knows what. */
export function rowOfRequest(interpreter: Interpreter, name: string): Value | undefined {
  const attribute = attributeNamed(interpreter, name);
  if (!attribute) return undefined;
  for (const path of attribute.visited) interpreter.visited.add(path);
  const { model } = attribute;
  // Loaded for this request alone: nobody has prefetched anything for it.
  return instanceOf(model, { queryset: interpreter.nowhere(model), path: [], single: true });
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
  const models = new Set(
    found.flatMap(({ module, symbol, value }) => modelOf(interpreter, module, symbol, value, 0) ?? []),
  );
  const [model, ...others] = models;
  if (!model || others.length > 0) return undefined;
  return { model, visited: [...new Set(found.map(({ module }) => module.file.path))] };
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
    if (!module.firstParty || !assignsToRequest.test(module.file.text)) continue;
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
      const values = assignmentsIn(symbol.node.body)
        .filter(({ targets }) => targets.some((each) => each.kind === "Name" && each.name === node.name))
        .map(({ value }) => follow(value));
      const [first, ...others] = new Set(values.filter((model) => model !== undefined));
      return others.length === 0 ? first : undefined;
    }
    case "Attribute": {
      const holder = isRequest(node.value)
        ? attributeNamed(interpreter, node.attribute.name)?.model
        : undefined;
      if (holder) return holder;
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
      return node.function.kind === "Attribute" && givesOneRow.has(node.function.attribute.name)
        ? modelOfRows(interpreter, module, node.function.value)
        : undefined;
    }
    default:
      return undefined;
  }
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
