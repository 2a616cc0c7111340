import type { TextRange } from "../../../server/src/base/text-range.ts";
import type { Identifier, ModuleTree } from "../../../server/src/syntax/ast.ts";
import { forEachChild, type Node } from "../../../server/src/syntax/walk.ts";

/** What is wrong with a tree: ranges that do not nest, siblings out of order, names that do not stand there. */
export function unsoundParts(tree: ModuleTree, text: string): readonly string[] {
  const problems: string[] = [];
  const report = (problem: string, { start, end }: TextRange): void => {
    problems.push(`${problem} at ${start}-${end}: ${text.slice(start, end).slice(0, 60)}`);
  };
  const check = (node: Node | ModuleTree, range: TextRange): void => {
    let previousEnd = range.start;
    forEachChild(node, (child) => {
      if (child.start > child.end) report("ends before it starts", child);
      if (child.start < range.start || child.end > range.end) report("outside its parent", child);
      if (child.start < previousEnd) report("before the end of its sibling", child);
      previousEnd = child.end;
      for (const identifier of identifiersOf(child)) {
        const written = text.slice(identifier.start, identifier.end).normalize("NFKC");
        if (written !== identifier.name) report(`not ${identifier.name}`, identifier);
        if (identifier.start < child.start || identifier.end > child.end)
          report("name outside its node", identifier);
      }
      check(child, child);
    });
  };
  check(tree, { start: 0, end: text.length });
  let previousEnd = 0;
  for (const comment of tree.comments) {
    if (text.slice(comment.start, comment.end) !== comment.text)
      report("not the text of the comment", comment);
    if (comment.start < previousEnd) report("comment out of order", comment);
    previousEnd = comment.end;
  }
  return problems;
}

function identifiersOf(node: Node): readonly Identifier[] {
  if (!("kind" in node)) {
    const name = "bindings" in node ? undefined : node.name;
    return typeof name === "object" ? [name] : "bindings" in node ? node.bindings : [];
  }
  switch (node.kind) {
    case "Name":
      return [node];
    case "Attribute":
      return [node.attribute];
    case "FunctionDef":
    case "ClassDef":
    case "TypeAlias":
      return [node.name];
    default:
      return [];
  }
}
