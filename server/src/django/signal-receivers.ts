/** Receivers of signals in the project: what runs with each `save()`, or wherever a signal of the project is sent. */
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import { lastName } from "../python/last-name.ts";
import type { PythonProgram } from "../python/program.ts";
import type { FunctionSymbol, Module, PythonSymbol } from "../python/symbols.ts";
import type { Call, Expression, FunctionDef } from "../syntax/ast.ts";
import { mentions } from "../syntax/mentions.ts";
import { walk, walkExpressions } from "../syntax/walk.ts";
import type { Field, Model, ModelGraph } from "./model-graph.ts";

export interface SignalReceiver {
  /** Dotted name of the signal, or its last part where only that is known: see `signalNamed`. */
  readonly signal: string;
  /** How the receiving function is written. */
  readonly name: string;
  /** Undefined where it could not be made out. */
  readonly function: FunctionSymbol | undefined;
  /** Undefined for a receiver that listens to every model, or to one that could not be made out. */
  readonly sender: Model | undefined;
  /** The relation whose changes it listens to, for `m2m_changed` with `sender=Task.tags.through`. */
  readonly relation: Field | undefined;
}

export interface SignalReceivers {
  readonly all: readonly SignalReceiver[];
  /** Files with an `AppConfig.ready()`, whose body can connect more. */
  readonly connectingFiles: readonly string[];
}

const known = new AnswersOf<PythonProgram, SignalReceivers>();

export function signalReceivers(program: PythonProgram, models: ModelGraph): SignalReceivers {
  return remembered(known, program, () => {
    const modules = program.modules.map((module) => knownOf(program, models, module));
    return {
      all: modules.flatMap(({ receivers }) => receivers),
      connectingFiles: modules.flatMap(({ connectingFile }) => connectingFile ?? []),
    };
  });
}

interface ModuleReceivers {
  readonly receivers: readonly SignalReceiver[];
  readonly connectingFile: string | undefined;
  /** Among which senders were looked up. */
  readonly models: ModelGraph;
}

/** A keystroke makes a new program, in which all modules but one are those of the last. */
const knownOfModules = new AnswersOf<Module, ModuleReceivers>();

function knownOf(program: PythonProgram, models: ModelGraph, module: Module): ModuleReceivers {
  const before = knownOfModules.get(module);
  if (
    before?.models === models &&
    before.receivers.every(({ function: symbol }) => !symbol || isPresent(program, symbol.module))
  ) {
    return before;
  }
  const found: ModuleReceivers = {
    receivers: receiversIn(program, models, module),
    connectingFile: readyMethods(program, module).length > 0 ? module.file.path : undefined,
    models,
  };
  knownOfModules.set(module, found);
  return found;
}

function isPresent(program: PythonProgram, module: Module): boolean {
  return program.moduleOfFile(module.file.path) === module;
}

/** `django.db.models.signals.post_save`, `orders.signals.order_placed`. */
export function signalNamed(symbol: PythonSymbol): string | undefined {
  if (symbol.kind === "external") return symbol.name;
  return symbol.kind === "variable" && !symbol.owner ? `${symbol.module.name}.${symbol.name}` : undefined;
}

type Resolve = (node: Expression) => PythonSymbol;

function receiversIn(program: PythonProgram, models: ModelGraph, module: Module): readonly SignalReceiver[] {
  if (!mentions(module.file, /\breceiver\b|\.connect\(/)) return [];
  const receivers: SignalReceiver[] = [];
  const functions = new Map(program.functions(module).map((symbol) => [symbol.node, symbol]));
  const inModule: Resolve = (node) => program.resolveExpression(module, node);
  const add = (
    resolve: Resolve,
    signals: Expression | undefined,
    receiver: Pick<SignalReceiver, "name" | "function">,
    senders: Expression | undefined,
  ): void => {
    for (const signal of signalsNamed(resolve, signals)) {
      // Only models send these; other signals are sent by classes of any kind, or by nobody in particular.
      const isOfModels = /(?:^|\.)(?:pre|post)_(?:init|save|delete)$|(?:^|\.)m2m_changed$/.test(signal);
      const relation = signal.endsWith("m2m_changed") ? relationNamed(resolve, models, senders) : undefined;
      for (const sender of isOfModels ? sendersNamed(resolve, models, senders) : [undefined]) {
        receivers.push({ ...receiver, signal, sender, relation });
      }
    }
  };
  const addConnected = (resolve: Resolve, node: Call): void => {
    if (node.function.kind !== "Attribute" || node.function.attribute.name !== "connect") return;
    const [first, second] = node.arguments;
    const receiver = first ?? keyword(node, "receiver");
    const symbol = receiver && resolve(receiver);
    add(
      resolve,
      node.function.value,
      {
        name: (receiver && lastName(receiver)) ?? "a receiver",
        function: symbol?.kind === "function" ? symbol : undefined,
      },
      second ?? keyword(node, "sender"),
    );
  };
  walk(module.file.tree, (node) => {
    if (!("kind" in node) || node.kind !== "FunctionDef") return true;
    for (const decorator of node.decorators) {
      if (decorator.kind !== "Call" || lastName(decorator.function) !== "receiver") continue;
      const receiver = { name: node.name.name, function: functions.get(node) };
      add(inModule, decorator.arguments[0], receiver, keyword(decorator, "sender"));
    }
    return true;
  });
  const ready = readyMethods(program, module).map(({ node }) => ({
    node,
    resolve: withLocalImports(program, module, node),
  }));
  walkExpressions(module.file.tree, (node) => {
    if (node.kind !== "Call") return true;
    const around = ready.find((method) => method.node.start <= node.start && node.end <= method.node.end);
    addConnected(around?.resolve ?? inModule, node);
    return true;
  });
  return receivers;
}

const applicationConfigs: ReadonlySet<string> = new Set([
  "django.apps.AppConfig",
  "django.apps.config.AppConfig",
]);

/** `AppConfig.ready()` of the module's applications. */
export function readyMethods(program: PythonProgram, module: Module): readonly FunctionSymbol[] {
  if (!mentions(module.file, "AppConfig")) return [];
  return program
    .functions(module)
    .filter(({ name, owner }) => name === "ready" && owner && program.derivesFrom(owner, applicationConfigs));
}

/** Names as the body of a function sees them that imports what it needs. */
function withLocalImports(program: PythonProgram, module: Module, scope: FunctionDef): Resolve {
  const imported = new Map<string, PythonSymbol>();
  walk(scope, (node) => {
    if ("kind" in node && (node.kind === "Import" || node.kind === "ImportFrom")) {
      for (const [name, symbol] of program.resolveImport(module, node)) imported.set(name, symbol);
    }
    return undefined;
  });
  const resolve: Resolve = (node) => {
    if (node.kind === "Name") return imported.get(node.name) ?? program.resolveExpression(module, node);
    if (node.kind !== "Attribute") return { kind: "unknown" };
    const holder = resolve(node.value);
    if (holder.kind === "module") return program.resolveExport(holder.module, node.attribute.name);
    return holder.kind === "external"
      ? { kind: "external", name: `${holder.name}.${node.attribute.name}` }
      : program.resolveExpression(module, node);
  };
  return resolve;
}

function keyword(call: Call, name: string): Expression | undefined {
  return call.keywords.find((candidate) => candidate.name?.name === name)?.value;
}

/** `post_save`, `signals.post_save`, `[pre_save, post_save]`. */
function signalsNamed(resolve: Resolve, node: Expression | undefined): readonly string[] {
  if (node?.kind === "ListLiteral" || node?.kind === "TupleLiteral") {
    return node.elements.flatMap((element) => signalsNamed(resolve, element));
  }
  const name = node && (signalNamed(resolve(node)) ?? lastName(node));
  return name === undefined ? [] : [name];
}

function sendersNamed(
  resolve: Resolve,
  models: ModelGraph,
  node: Expression | undefined,
): readonly (Model | undefined)[] {
  if (!node) return [undefined];
  const resolved = resolve(node);
  if (resolved.kind === "class") return present(models.modelOfClass(resolved));
  if (resolved.kind === "external") return present(models.modelOfExternal(resolved.name));
  if (node.kind === "StringLiteral") return present(models.model(node.value));
  const name = lastName(node);
  if (name === "AUTH_USER_MODEL") return [models.userModel];
  const [model, ...others] = name === undefined ? [] : models.modelsNamed(name);
  return others.length === 0 ? [model] : [undefined];
}

/** `Task.tags.through` */
function relationNamed(
  resolve: Resolve,
  models: ModelGraph,
  node: Expression | undefined,
): Field | undefined {
  const manager = node?.kind === "Attribute" && node.attribute.name === "through" ? node.value : undefined;
  if (manager?.kind !== "Attribute") return undefined;
  const holder = resolve(manager.value);
  const model = holder.kind === "class" ? models.modelOfClass(holder) : undefined;
  return model?.relations.get(manager.attribute.name)?.field;
}

/** Another sender than a model of the project calls no receiver that matters. */
function present(model: Model | undefined): readonly Model[] {
  return model ? [model] : [];
}
