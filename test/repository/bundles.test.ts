/** What the build makes. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test.each(["server.cjs", "cli.cjs"])("%s is ASCII: V8 takes one byte for each of its letters", (bundle) => {
  const text = readFileSync(new URL(`../../dist/${bundle}`, import.meta.url), "latin1");
  expect(/[^\0-\x7f]/.exec(text)?.index).toBeUndefined();
});
