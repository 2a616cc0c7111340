/** Going through the nodes of a template. */
import type { TemplateNode } from "./template-tree.ts";

/** The bodies of a node, in the order in which they stand. */
export function bodiesOf(node: TemplateNode): readonly (readonly TemplateNode[])[] {
  switch (node.kind) {
    case "IfNode":
      return node.branches.map(({ body }) => body);
    case "BlockTagNode":
      return node.branches;
    case "ForNode":
      return node.empty ? [node.body, node.empty] : [node.body];
    case "IfChangedNode":
      return [node.body, node.orElse];
    case "WithNode":
    case "BlockNode":
    case "CacheNode":
    case "FilterNode":
    case "PartialDefNode":
    case "SetNode":
    case "MacroNode":
    case "CallBlockNode":
      return [node.body];
    default:
      return [];
  }
}
