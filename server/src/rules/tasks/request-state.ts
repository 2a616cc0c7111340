/** Context variables that only requests set: a worker has the value that they begin with. */
import type { Location } from "../../base/text-range.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { FunctionSymbol, Module, VariableSymbol } from "../../python/symbols.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { pathTo, walkExpressions } from "../../syntax/walk.ts";
import { symbolAt } from "./symbol-at.ts";
import { knownParts, testsAround } from "./tests-around.ts";

/** `if "slow" in flags.get():`, where middleware alone sets `flags`: in a task, that never holds. */
export function isNeverInTasks(program: PythonProgram, { path, range }: Location): boolean {
  const module = program.moduleOfFile(path);
  return (
    module !== undefined &&
    testsAround(module.file.tree, range)
      .flatMap(knownParts)
      .some(({ test, holds }) => holds && asksOnlyRequests(program, module, test))
  );
}

function asksOnlyRequests(program: PythonProgram, module: Module, test: Expression): boolean {
  const asked = test.kind === "Comparison" && test.operators.join() === "in" ? test.comparators[0] : test;
  if (asked?.kind !== "Call" || !isMethod(asked, "get") || asked.function.kind !== "Attribute") return false;
  const symbol = symbolAt(program, module, pathTo(module.file.tree, asked), asked.function.value);
  if (symbol.kind !== "variable" || !beginsEmpty(program, symbol)) return false;
  const setters = settersOf(program, symbol);
  return setters.length > 0 && setters.every(isMiddleware);
}

/** `ContextVar("flags", default=frozenset())` */
function beginsEmpty(program: PythonProgram, { module, owner, values }: VariableSymbol): boolean {
  const [value, ...others] = values;
  if (owner || value?.kind !== "Call" || others.length > 0) return false;
  const made = program.resolveExpression(module, value.function);
  const first = value.keywords.find(({ name }) => name?.name === "default")?.value;
  return made.kind === "external" && made.name === "contextvars.ContextVar" && (!first || isEmpty(first));
}

function isEmpty(node: Expression): boolean {
  switch (node.kind) {
    case "ConstantLiteral":
      return node.value !== "True";
    case "ListLiteral":
    case "TupleLiteral":
      return node.elements.length === 0;
    case "DictLiteral":
      return node.entries.length === 0;
    case "Call":
      return node.arguments.length === 0 && node.keywords.length === 0;
    default:
      return false;
  }
}

function settersOf(
  program: PythonProgram,
  variable: VariableSymbol,
): readonly (FunctionSymbol | undefined)[] {
  return program.modules
    .filter(({ file }) => file.text.includes(variable.name))
    .flatMap((module) => {
      const { tree } = module.file;
      const found: (FunctionSymbol | undefined)[] = [];
      walkExpressions(tree, (node) => {
        if (node.kind !== "Call" || !isMethod(node, "set") || node.function.kind !== "Attribute")
          return undefined;
        const path = pathTo(tree, node);
        const set = symbolAt(program, module, path, node.function.value);
        if (set.kind === "variable" && set.name === variable.name && set.module === variable.module)
          found.push(program.functions(module).findLast((each) => path.includes(each.node)));
        return undefined;
      });
      return found;
    });
}

function isMethod({ function: callee }: Call, name: string): boolean {
  return callee.kind === "Attribute" && callee.attribute.name === name;
}

/** By Django's contract: a class that is made with `get_response`. */
function isMiddleware(symbol: FunctionSymbol | undefined): boolean {
  const makers = symbol?.owner?.node.body.filter(
    (each) => each.kind === "FunctionDef" && each.name.name === "__init__",
  );
  return (makers ?? []).some(
    (each) => each.kind === "FunctionDef" && each.parameters.some(({ name }) => name === "get_response"),
  );
}
