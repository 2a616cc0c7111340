/** Calls of one function or class of a library, wherever a module makes them: also where no code is interpreted. */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import type { Call, Expression, ModuleTree } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { type Node, pathTo, walkExpressions } from "../../syntax/walk.ts";
import { symbolAt } from "./symbol-at.ts";

export interface LibraryCall {
  readonly module: Module;
  readonly call: Call;
  /** The module, class or function around it. */
  readonly symbol: string;
}

/** @param name the dotted name under which the library offers it: `celery.schedules.crontab` */
export function callsOfLibrary(program: PythonProgram, name: string): readonly LibraryCall[] {
  const lastName = name.slice(name.lastIndexOf(".") + 1);
  return program.modules
    .filter(({ firstParty, file }) => firstParty && mentions(file, lastName))
    .flatMap((module) => callsIn(program, module, name));
}

function callsIn(program: PythonProgram, module: Module, name: string): readonly LibraryCall[] {
  return namedCallsOf(module.file.tree).flatMap(({ call, path }) => {
    const symbol = symbolAt(program, module, path, call.function);
    return symbol.kind === "external" && symbol.name === name
      ? [{ module, call, symbol: [module.name, ...definitionNames(path)].join(".") }]
      : [];
  });
}

interface NamedCall {
  readonly call: Call;
  /** The nodes around it, and itself. */
  readonly path: readonly Node[];
}

const namedCalls = new AnswersOf<ModuleTree, readonly NamedCall[]>();

/** Calls of what a name, or a name and attributes, stands for: gone through once per version of a file. */
function namedCallsOf(tree: ModuleTree): readonly NamedCall[] {
  return remembered(namedCalls, tree, () => {
    const calls: NamedCall[] = [];
    walkExpressions(tree, (node) => {
      if (node.kind === "Call" && mayBeName(node.function))
        calls.push({ call: node, path: pathTo(tree, node) });
      return undefined;
    });
    return calls;
  });
}

function mayBeName(node: Expression): boolean {
  return node.kind === "Name" || (node.kind === "Attribute" && mayBeName(node.value));
}

function definitionNames(path: readonly Node[]): readonly string[] {
  return path.flatMap((node) =>
    "kind" in node && (node.kind === "FunctionDef" || node.kind === "ClassDef") ? node.name.name : [],
  );
}
