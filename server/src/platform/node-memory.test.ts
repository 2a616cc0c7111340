import { expect, it } from "vitest";
import { nodeMemory } from "./node-memory.ts";

it("gives back the memory around what is still in use", () => {
  const blocks = Array.from({ length: 200_000 }, (_, index): readonly number[] => new Array(50).fill(index));
  // One in forty is kept, so that every page of the heap holds some.
  const kept = blocks.filter((_, index) => index % 40 === 0);
  blocks.length = 0;
  const before = nodeMemory.heldBytes();
  nodeMemory.release();
  expect(before - nodeMemory.heldBytes()).toBeGreaterThan(40_000_000);
  expect(kept[1]?.at(-1)).toBe(40);
});

it("counts the processor time of the process", () => {
  const before = nodeMemory.busyTime();
  nodeMemory.release();
  expect(nodeMemory.busyTime()).toBeGreaterThan(before);
});
