/** Receivers of `pre_save` and `post_save` in the project: what runs with each `save()` and never with a bulk operation. */
import type { Model, ModelGraph } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { walk, walkExpressions } from "../../syntax/walk.ts";

export interface SignalReceiver {
  readonly signal: string;
  /** How the receiving function is written. */
  readonly name: string;
  /** Identity of the function; undefined where it cannot be made out. */
  readonly functionId: string | undefined;
  /** Undefined for a receiver that listens to every model, or to one that could not be made out. */
  readonly sender: Model | undefined;
}

const saveSignals: ReadonlySet<string> = new Set(["pre_save", "post_save"]);
const known = new WeakMap<DjangoProject, readonly SignalReceiver[]>();

/** Receivers that a save of the model calls. */
export function receiversOf(project: DjangoProject, model: Model): readonly SignalReceiver[] {
  let receivers = known.get(project);
  if (!receivers) {
    receivers = project.program.modules.flatMap((module) => receiversIn(project, module));
    known.set(project, receivers);
  }
  return receivers.filter(({ sender }) => sender === undefined || sender.label === model.label);
}

function receiversIn({ program, models }: DjangoProject, module: Module): readonly SignalReceiver[] {
  if (!/\b(pre|post)_save\b/.test(module.file.text)) return [];
  const receivers: SignalReceiver[] = [];
  const add = (
    signals: Expression | undefined,
    name: string,
    functionId: string | undefined,
    sender: Expression | undefined,
  ): void => {
    for (const signal of signalsNamed(program, module, signals)) {
      for (const model of sendersNamed(program, models, module, sender)) {
        receivers.push({ signal, name, functionId, sender: model });
      }
    }
  };
  walk(module.file.tree, (node) => {
    if (!("kind" in node) || node.kind !== "FunctionDef") return true;
    for (const decorator of node.decorators) {
      if (decorator.kind !== "Call" || lastName(decorator.function) !== "receiver") continue;
      const symbol = program.resolveName(module, node.name.name);
      const functionId = symbol.kind === "function" && symbol.node === node ? symbol.id : undefined;
      add(decorator.arguments[0], node.name.name, functionId, keyword(decorator, "sender"));
    }
    return true;
  });
  walkExpressions(module.file.tree, (node) => {
    if (node.kind !== "Call" || node.function.kind !== "Attribute") return true;
    if (node.function.attribute.name !== "connect") return true;
    const [receiver, sender] = node.arguments;
    const connected = receiver ?? keyword(node, "receiver");
    const symbol = connected && program.resolveExpression(module, connected);
    const functionId = symbol?.kind === "function" ? symbol.id : undefined;
    add(
      node.function.value,
      lastName(connected) ?? "a receiver",
      functionId,
      sender ?? keyword(node, "sender"),
    );
    return true;
  });
  return receivers;
}

function keyword(call: Call, name: string): Expression | undefined {
  return call.keywords.find((candidate) => candidate.name?.name === name)?.value;
}

function lastName(node: Expression | undefined): string | undefined {
  if (node?.kind === "Name") return node.name;
  return node?.kind === "Attribute" ? node.attribute.name : undefined;
}

/** `post_save`, `signals.post_save`, `[pre_save, post_save]`. Local imports make the name all there is to go by. */
function signalsNamed(
  program: PythonProgram,
  module: Module,
  node: Expression | undefined,
): readonly string[] {
  if (node?.kind === "ListLiteral" || node?.kind === "TupleLiteral") {
    return node.elements.flatMap((element) => signalsNamed(program, module, element));
  }
  if (!node) return [];
  const resolved = program.resolveExpression(module, node);
  const name =
    resolved.kind === "external" ? resolved.name.slice(resolved.name.lastIndexOf(".") + 1) : lastName(node);
  return name !== undefined && saveSignals.has(name) ? [name] : [];
}

function sendersNamed(
  program: PythonProgram,
  models: ModelGraph,
  module: Module,
  node: Expression | undefined,
): readonly (Model | undefined)[] {
  if (!node) return [undefined];
  const resolved = program.resolveExpression(module, node);
  if (resolved.kind === "class") return present(models.modelOfClass(resolved));
  if (resolved.kind === "external") return present(models.modelOfExternal(resolved.name));
  if (node.kind === "StringLiteral") return present(models.model(node.value));
  const name = lastName(node);
  if (name === "AUTH_USER_MODEL") return [models.userModel];
  const [model, ...others] = name === undefined ? [] : models.modelsNamed(name);
  return others.length === 0 ? [model] : [undefined];
}

/** Another sender than a model of the project calls no receiver that matters. */
function present(model: Model | undefined): readonly Model[] {
  return model ? [model] : [];
}
