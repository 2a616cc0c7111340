/** Rewrites parts of specs: the update mode of the tests that read them. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Spec, SpecFile } from "./markdown-spec.ts";
import { formatShape, type Shape } from "./query-shape.ts";
import type { Measure } from "./spec-assertions.ts";

interface SpecLines {
  /** As they were read: a block may be replaced again, with what another version of Django makes of it. */
  readonly original: readonly string[];
  /** A replaced block has its new text on its first line, and the others removed. */
  readonly lines: (string | undefined)[];
}

export class SpecUpdate {
  readonly #files = new Map<string, SpecLines>();

  /** Writes measured counts behind the functions that ask for one with `# queries: `. */
  setMeasured(
    spec: Spec,
    measured: readonly { file: SpecFile; measure: Measure; shape: Shape | undefined }[],
  ): void {
    const { lines } = this.#linesOf(spec);
    for (const { file, measure, shape } of measured) {
      if (shape === undefined || measure.expected.kind === "raises") continue;
      const index = file.block.start + measure.sourceLine - 2;
      lines[index] = lines[index]?.replace(/# queries: .*$/, `# queries: ${formatShape(shape)}`);
    }
  }

  /** Replaces the text of a code block; assertions stay with lines that stay, counts with functions of the same name. */
  setText(spec: Spec, file: SpecFile, text: string): void {
    const { lines, original } = this.#linesOf(spec);
    const { start, end } = file.block;
    const before = original.slice(start - 1, end - 1);
    const counts = new Map(
      before.flatMap((line) => {
        const match = /(?:def|class) (\w+).*(# (?:queries|raises): .*)$/.exec(line);
        return match ? [[match[1] ?? "", match[2] ?? ""] as const] : [];
      }),
    );
    const asserted = new Map(before.map((line) => [line.replace(/ {2}# (?:error|read): .*$/, ""), line]));
    const withAssertions = text
      .trimEnd()
      .split("\n")
      .map((line) => {
        const count = counts.get(/^(?:async )?(?:def|class) (\w+)/.exec(line)?.[1] ?? "");
        return count === undefined ? (asserted.get(line) ?? line) : `${line}  ${count}`;
      });
    // An empty block has no line of its own to replace.
    const fence = start === end ? [original[start - 1]] : [];
    lines.fill(undefined, start - 1, end - 1);
    lines[start - 1] = [...withAssertions, ...fence].join("\n");
  }

  write(): void {
    for (const [path, { lines }] of this.#files) {
      writeFileSync(path, lines.filter((line) => line !== undefined).join("\n"));
    }
  }

  #linesOf(spec: Spec): SpecLines {
    const known = this.#files.get(spec.path);
    if (known) return known;
    const original = readFileSync(spec.path, "utf8").split("\n");
    const read = { original, lines: [...original] };
    this.#files.set(spec.path, read);
    return read;
  }
}
