import type { Tree } from "web-tree-sitter";
import { type FlatTree, NodeFlag } from "./flat-tree.ts";
import type { GrammarNumbers } from "./grammar.ts";

/** Reads a tree into columns through tree-sitter's public cursor. */
export function readWithCursor(tree: Tree, grammar: GrammarNumbers, into: FlatTree): void {
  into.clear();
  const cursor = tree.walk();
  const parents: number[] = [];
  for (;;) {
    const flags = (cursor.nodeIsNamed ? NodeFlag.named : 0) | (cursor.nodeIsMissing ? NodeFlag.missing : 0);
    const node = into.push(
      grammar.kinds[cursor.nodeTypeId] ?? 0,
      grammar.fields[cursor.currentFieldId] ?? 0,
      flags,
      cursor.startIndex,
      cursor.endIndex,
    );
    if (cursor.gotoFirstChild()) {
      parents.push(node);
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      const parent = parents.pop();
      if (parent === undefined) {
        cursor.delete();
        return;
      }
      into.next[parent] = into.size;
      cursor.gotoParent();
    }
  }
}
