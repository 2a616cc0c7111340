/** Calls of one function or class of a library, wherever a module makes them: also where no code is interpreted. */

import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
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
    .filter(({ firstParty, file }) => firstParty && file.text.includes(lastName))
    .flatMap((module) => callsIn(program, module, name));
}

function callsIn(program: PythonProgram, module: Module, name: string): readonly LibraryCall[] {
  const calls: LibraryCall[] = [];
  walkExpressions(module.file.tree, (node) => {
    if (node.kind !== "Call" || !mayBeName(node.function)) return undefined;
    const path = pathTo(module.file.tree, node);
    const symbol = symbolAt(program, module, path, node.function);
    if (symbol.kind === "external" && symbol.name === name) {
      calls.push({ module, call: node, symbol: [module.name, ...definitionNames(path)].join(".") });
    }
    return undefined;
  });
  return calls;
}

function mayBeName(node: Expression): boolean {
  return node.kind === "Name" || (node.kind === "Attribute" && mayBeName(node.value));
}

function definitionNames(path: readonly Node[]): readonly string[] {
  return path.flatMap((node) =>
    "kind" in node && (node.kind === "FunctionDef" || node.kind === "ClassDef") ? node.name.name : [],
  );
}
