import type { FunctionDef, Statement } from "../syntax/ast.ts";
import { forEachBlockStatement } from "../syntax/statement-walk.ts";
import { nameChain } from "./name-chain.ts";
import type { Binding, NameChain, ReturnedClasses } from "./outline.ts";

/**
 * What a function returns, if all it ever returns are classes by their names: `def get_base(): … return TreeNode`.
 * Projects call such functions for a base class. The names may be the module's or imported in the function itself.
 */
export function returnedClasses(node: FunctionDef): ReturnedClasses | undefined {
  const last = node.body.at(-1);
  // Most functions are recognised as something else by their last statement.
  if (last?.kind !== "Return" || classChain(last) === undefined) return undefined;
  const chains: NameChain[] = [];
  const imports = new Map<string, Binding[]>();
  const others = new Set<string>(node.parameters.map(({ name }) => name));
  let understood = true;
  forEachBlockStatement(node.body, (statement) => {
    if (statement.kind === "Return") {
      const chain = classChain(statement);
      if (chain) chains.push(chain);
      else understood = false;
    } else if (statement.kind === "ImportFrom") {
      const source = { module: statement.module, level: statement.level };
      for (const { name, alias } of statement.names) {
        imports.set(alias ?? name, [{ kind: "importFrom", source, name, order: 0, conditional: false }]);
      }
    } else {
      for (const name of boundNames(statement)) others.add(name);
    }
  });
  if (!understood || chains.some(([first = ""]) => others.has(first))) return undefined;
  const used = new Map([...imports].filter(([name]) => chains.some(([first]) => first === name)));
  return { chains, scope: { kind: "function", parents: [], bindings: used, starImports: [] } };
}

/** Text that is equal for functions that return the same. */
export function returnedClassesKey(node: FunctionDef): string {
  const returned = returnedClasses(node);
  return returned === undefined ? "" : JSON.stringify([returned.chains, [...returned.scope.bindings]]);
}

/** A name that is written like a class. */
function classChain(statement: Statement & { kind: "Return" }): NameChain | undefined {
  const chain = statement.value && nameChain(statement.value);
  return chain && /^[A-Z]/.test(chain.at(-1) ?? "") ? chain : undefined;
}

function boundNames(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case "ClassDef":
    case "FunctionDef":
      return [statement.name.name];
    case "Assign":
      return statement.targets.flatMap((target) => (target.kind === "Name" ? target.name : []));
    case "AnnAssign":
    case "AugAssign":
    case "For":
      return statement.target.kind === "Name" ? [statement.target.name] : [];
    case "With":
      return statement.items.flatMap(({ target }) => (target?.kind === "Name" ? target.name : []));
    case "Import":
      return statement.names.map(({ name, alias }) => alias ?? name.split(".", 1)[0] ?? name);
    default:
      return [];
  }
}
