import type { Tree } from "web-tree-sitter";
import { readWithCursor } from "./cursor-reader.ts";
import { FlatTree } from "./flat-tree.ts";
import type { GrammarNumbers } from "./grammar.ts";
import { MemoryReader } from "./memory-reader.ts";
import type { LoadedGrammar } from "./tree-sitter.ts";

/** Reads a concrete tree into columns. */
export interface TreeReader {
  /** How: `memory` is ten times as fast, `cursor` needs nothing but the public interface. */
  readonly technique: "memory" | "cursor";
  read(tree: Tree, into: FlatTree): void;
}

export function cursorReader(grammar: GrammarNumbers): TreeReader {
  return { technique: "cursor", read: (tree, into) => readWithCursor(tree, grammar, into) };
}

/** The fastest reader that gives the same as the cursor for a source with every shape of node. */
export function fastestReader({ memory, language, numbers, parser }: LoadedGrammar): TreeReader {
  const cursor = cursorReader(numbers);
  const tree = parser.parse(sourceOfManyShapes);
  if (tree === null) return cursor;
  try {
    const memoryReader = new MemoryReader(memory, language, numbers);
    return readAlike(tree, memoryReader, cursor)
      ? { technique: "memory", read: (other, into) => memoryReader.read(other, into) }
      : cursor;
  } finally {
    tree.delete();
  }
}

/** Whether two readers make the same columns of a tree. */
export function readAlike(
  tree: Tree,
  one: Pick<TreeReader, "read">,
  other: Pick<TreeReader, "read">,
): boolean {
  const first = new FlatTree(1 << 10);
  const second = new FlatTree(1 << 10);
  one.read(tree, first);
  other.read(tree, second);
  return first.equals(second);
}

/** Leaves with and without a structure of their own, aliases, inherited fields, hidden nodes, extras, errors. */
const sourceOfManyShapes = `\ufeff# comment
from __future__ import annotations
from ..a.b import (c as d, e)

@decorator(1, *args, key="value", **kwargs)
async def function(a, /, b: list[int] = 1, *rest, c, d=2, **others) -> x | None:
    """Doc 😀"""
    async with open(a) as b, c: # after
        pass

        # between
    return [x async for x in f"{a!r:>{width}}" "b\\n" if x not in y is not z] or lambda: (yield)
class ${"LongName".repeat(40)}(Base, metaclass=Meta): x: int = y = {**a, 1: 2}; z += -1.5
if a and b:
\tprint >>c, d
elif match:
  match a, b:
    case [A(x=1, *_), {"k": v}] | 1 as c if d: exec = type = a[1:2, ::3].print
else: global g
try: raise E from e
except* (A, B) as c: del a
finally:
    x = \\
      y
type Alias[T] = dict[str, T]
x = (1, ($
def broken(:
    for t in
`;
