import { describe, expect, it } from "vitest";
import { copyOfCollection, copyOfEntries, copyOfLiteral, copyOfMapping } from "./copies.ts";
import { unknown } from "./join.ts";
import { noLoops } from "./loop-set.ts";
import { mappingOf } from "./mapping.ts";
import type { Collection, Literal } from "./value.ts";

describe("a copy that is about to be changed", () => {
  it("has the properties of the original, those that are seldom there included", () => {
    const literal: Literal = { kind: "literal", value: 1, lasting: true };
    expect(copyOfLiteral(literal)).toEqual(literal);
    const collection: Collection = {
      kind: "collection",
      element: unknown,
      items: [unknown],
      size: { kind: "constant", count: 1 },
      varies: noLoops,
      filled: { once: unknown, inLoops: undefined },
      madeAfterLoop: 3,
      readBetween: new Set(["projects.Task"]),
      present: true,
    };
    expect(copyOfCollection(collection)).toEqual(collection);
  });

  it("leaves the original as it is, and shares what all names of the value share", () => {
    const mapping = mappingOf(new Map([["title", unknown]]));
    const copy = copyOfMapping(mapping);
    copy.lasting = true;
    expect(mapping.lasting).not.toBe(true);
    expect(copy.entries).toBe(mapping.entries);
  });

  it("of entries shares nothing, whether there are any or not", () => {
    const entries = new Map([["title", 1]]);
    const copy = copyOfEntries(entries);
    copy.set("status", 2);
    expect([...entries.keys()]).toEqual(["title"]);
    const none = new Map<string, number>();
    expect(copyOfEntries(none)).not.toBe(none);
  });
});
