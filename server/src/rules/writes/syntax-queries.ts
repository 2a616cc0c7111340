/** Questions about the source around a write: which names are used where, and how a loop can be left. */
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { FunctionDef, ModuleTree, Name, Statement } from "../../syntax/ast.ts";
import { innerBlocks, someBlockStatement } from "../../syntax/statement-walk.ts";
import { type Node, pathTo, walk } from "../../syntax/walk.ts";

/** The innermost function around a range; undefined at the top level of a module or class. */
export function functionAround(tree: ModuleTree, range: TextRange): FunctionDef | undefined {
  const path = pathTo(tree, range);
  const index = path.findLastIndex((node) => "kind" in node && node.kind === "FunctionDef");
  const node = path[index];
  const isClassBody = path.slice(index + 1).some((inner) => "kind" in inner && inner.kind === "ClassDef");
  return node && "kind" in node && node.kind === "FunctionDef" && !isClassBody ? node : undefined;
}

/** Every place in `root` where the variable is used, in order of the text; not what is called so in an inner scope. */
export function usesOf(root: Node | ModuleTree, name: string): readonly Name[] {
  const uses: Name[] = [];
  const visit = (node: Node): boolean => {
    if (!("kind" in node)) return true;
    switch (node.kind) {
      case "Name":
        if (node.name === name) uses.push(node);
        return true;
      case "Comprehension": {
        const [first] = node.clauses;
        const isOwn = node.clauses.some(({ target }) => namesIn(target).has(name));
        // The first iterable is evaluated outside.
        if (isOwn && first) uses.push(...usesOf(first.iterable, name));
        return !isOwn;
      }
      case "FunctionDef":
      case "Lambda":
        return node === root || !node.parameters.some((parameter) => parameter.name === name);
      default:
        return true;
    }
  };
  if (!("comments" in root) && !visit(root)) return uses;
  walk(root, visit);
  return uses.sort((first, second) => first.start - second.start);
}

/** All names that are written in `root`, parameters and definitions included. */
export function namesIn(root: Node | ModuleTree): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: Node): true => {
    if (!("kind" in node)) {
      if ("form" in node) names.add(node.name);
      else if ("bindings" in node) for (const { name } of node.bindings) names.add(name);
      else if ("type" in node && node.name) names.add(node.name.name);
      return true;
    }
    switch (node.kind) {
      case "Name":
        names.add(node.name);
        break;
      case "FunctionDef":
      case "ClassDef":
        names.add(node.name.name);
        break;
      case "Import":
      case "ImportFrom":
        for (const { name, alias } of node.names) names.add(alias ?? name.split(".")[0] ?? name);
        break;
      default:
        break;
    }
    return true;
  };
  if (!("comments" in root)) visit(root);
  walk(root, visit);
  return names;
}

/** The block can end the function around it, or hand control to whoever iterates over the function's results. */
export function canLeaveFunction(block: readonly Statement[]): boolean {
  if (someBlockStatement(block, ({ kind }) => kind === "Return")) return true;
  return block.some((statement) => {
    let yields = false;
    walk(statement, (node) => {
      if (!("kind" in node)) return true;
      if (node.kind === "FunctionDef" || node.kind === "Lambda" || node.kind === "ClassDef") return false;
      if (node.kind === "Yield" || node.kind === "YieldFrom") yields = true;
      return !yields;
    });
    return yields;
  });
}

/** The statements from the one directly in `block` to the innermost around the range. */
export function statementsAround(block: readonly Statement[], range: TextRange): readonly Statement[] {
  const around: Statement[] = [];
  someBlockStatement(block, (statement) => {
    if (containsRange(statement, range)) around.push(statement);
    return false;
  });
  return around;
}

/** Whoever runs through the block comes past one of the two at most: they are in different branches of an `if`. */
export function isOnOtherBranch(block: readonly Statement[], part: TextRange, write: TextRange): boolean {
  return block.some((statement) => {
    if (!containsRange(statement, part) || !containsRange(statement, write)) return false;
    const blocks = innerBlocks(statement);
    const mine = blocks.find((inner) => inner.some((each) => containsRange(each, part)));
    const other = blocks.find((inner) => inner.some((each) => containsRange(each, write)));
    if (mine === other) return mine !== undefined && isOnOtherBranch(mine, part, write);
    return statement.kind === "If" && mine !== undefined && other !== undefined;
  });
}
