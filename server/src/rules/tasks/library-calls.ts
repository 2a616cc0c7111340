/** Calls of one function or class of a library, wherever a module makes them: also where no code is interpreted. */

import type { PythonProgram } from "../../python/program.ts";
import type { Module, PythonSymbol } from "../../python/symbols.ts";
import type { Call, Expression, FunctionDef } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { type Node, pathTo, walk, walkExpressions } from "../../syntax/walk.ts";

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

/** What the callee stands for in the innermost function that binds its first name, or else in the module. */
function symbolAt(
  program: PythonProgram,
  module: Module,
  path: readonly Node[],
  callee: Expression,
): PythonSymbol {
  const first = firstName(callee);
  const scope = path.findLast(
    (node): node is FunctionDef =>
      "kind" in node && node.kind === "FunctionDef" && bindingsOf(node, first).length > 0,
  );
  if (!scope) return program.resolveExpression(module, callee);
  const imported: PythonSymbol[] = [];
  walk(scope, (node) => {
    if ("kind" in node && (node.kind === "Import" || node.kind === "ImportFrom")) {
      const symbol = program.resolveImport(module, node).get(first);
      if (symbol) imported.push(symbol);
    }
    return undefined;
  });
  const [symbol] = imported;
  const isOnlyImported = symbol && imported.length === bindingsOf(scope, first).length;
  return isOnlyImported && callee.kind === "Name" ? symbol : { kind: "unknown" };
}

function firstName(node: Expression): string {
  if (node.kind === "Attribute") return firstName(node.value);
  return node.kind === "Name" ? node.name : "";
}

function definitionNames(path: readonly Node[]): readonly string[] {
  return path.flatMap((node) =>
    "kind" in node && (node.kind === "FunctionDef" || node.kind === "ClassDef") ? node.name.name : [],
  );
}
