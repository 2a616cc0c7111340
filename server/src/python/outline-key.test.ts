import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { dedent } from "../../../test/support/project.ts";
import { testParser } from "../../../test/support/python-parser.ts";
import type { PythonParser } from "../syntax/python-parser.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { adoptOutline } from "./file-outline.ts";
import { extractOutline } from "./outline-extraction.ts";
import { outlineKey, outlineSegments, relocateOutlineRange } from "./outline-key.ts";

let parser: PythonParser;
beforeAll(async () => {
  parser = await testParser();
});

const source = dedent(`
  from .base import Base, helper  # a comment
  import os.path as path
  try:
      from lib import fast
  except ImportError:
      fast = None
  __all__ = ["Order"]

  @register
  class Order(Base):
      """Text."""
      total = Field(default=lambda: 0)

      @property
      def paid(self) -> bool:
          # first
          if self.total:
              return True
          return False

      class Meta:
          ordering = ["total"]

      async def later(self, *args, **kwargs): return await self.x(
          1,
      )

  def get_base():
      global cache
      cache = 1
      def inner(): pass
      return Order


  X = get_base()
`);

/** An outline without its references to itself. */
function plain(file: SourceFile): unknown {
  const { outline, nodes } = extractOutline(file.tree, file.text);
  const text = JSON.stringify(outline, (key, value: unknown) => {
    if (key === "outline" || key === "parents") return undefined;
    if (key === "owner") return (value as { name?: string } | undefined)?.name;
    return value instanceof Map ? [...value] : value;
  });
  return [text, nodes.map((node) => node.kind)];
}

const pieces = [
  "x",
  "\n",
  "    ",
  "  ",
  "#",
  "(",
  ")",
  ":",
  '"',
  '"""',
  "def f(): pass\n",
  "class Y(Base):\n    z = 1\n",
  "return Base\n",
  "global g\n",
  "import q\n",
  "=",
  ",",
  "@",
  "if x:\n",
  "else:\n",
  "ä𝒳",
];

/** Half of the edits start in a body: few others leave the outline as it was. */
const place = fc.oneof(
  fc.nat(source.length),
  fc.integer({ min: source.indexOf("# first"), max: source.indexOf("return False") }),
  fc.integer({ min: source.indexOf("cache = 1"), max: source.indexOf("return Order") }),
);

/** A text near the source: some pieces inserted, some ranges removed. */
const edited = fc
  .array(fc.record({ at: place, remove: fc.nat(4), insert: fc.constantFrom("", ...pieces) }), {
    minLength: 1,
    maxLength: 2,
  })
  .map((edits) =>
    edits.reduce(
      (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
      source,
    ),
  );

test("whatever the edit: an outline that is adopted is equal", async () => {
  const original = parser.parse("a.py", source);
  let adopted = 0;
  await fc.assert(
    fc.property(edited, (text) => {
      const file = parser.parse("a.py", text);
      if (!adoptOutline(original, file)) return;
      adopted += 1;
      expect(plain(file)).toEqual(plain(original));
    }),
    { numRuns: 500 },
  );
  expect(adopted).toBeGreaterThan(20);
});

test("whatever the edit: with equal keys, the pieces of outline text are the same and positions lead there", async () => {
  const original = parser.parse("a.py", source);
  const text = ({ text: whole }: SourceFile, { start, end }: { start: number; end: number }) =>
    whole.slice(start, end);
  await fc.assert(
    fc.property(edited, (changed) => {
      const file = parser.parse("a.py", changed);
      const segments = outlineSegments(file);
      for (const segment of segments) expect(segment.start).toBeLessThanOrEqual(segment.end);
      if (outlineKey(file) !== outlineKey(original)) return;
      for (const segment of outlineSegments(original)) {
        const moved = relocateOutlineRange(original, file, segment);
        expect(moved && text(file, moved)).toBe(text(original, segment));
      }
    }),
    { numRuns: 500 },
  );
});

test("blank lines and statements at either end of a body are the body's", async () => {
  const keyOf = (text: string): string => outlineKey(parser.parse("shop.py", text));
  const before = keyOf("class A:\n    def f(self):\n        pass\n\n    x = 1\n");
  for (const body of [
    "\n        pass\n",
    "        \n        answer\n        pass\n",
    "        pass\n        \n\n",
  ]) {
    expect(keyOf(`class A:\n    def f(self):\n${body}\n    x = 1\n`)).toBe(before);
  }
  expect(keyOf("class A:\n    def f(self, y):\n        pass\n\n    x = 1\n")).not.toBe(before);
});
