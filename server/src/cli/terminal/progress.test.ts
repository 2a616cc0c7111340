import { describe, expect, it } from "vitest";
import { createProgress } from "./progress.ts";

function record(isTerminal: boolean, wanted = true) {
  let written = "";
  let time = 0;
  const write = (text: string) => {
    written += text;
  };
  const progress = createProgress({ write, isTerminal }, wanted, () => time);
  return {
    progress,
    written: () => written,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

describe("createProgress", () => {
  it("shows itself after a moment, rewrites its line, and leaves nothing behind", () => {
    const { progress, written, pass } = record(true);
    progress.update(1, 40);
    expect(written()).toBe("");
    pass(150);
    progress.update(20, 40);
    progress.update(21, 40);
    progress.clear();
    expect(written()).toBe("\r\u001b[2Kanalysing 20 of 40 files\r\u001b[2K");
  });

  it("writes nothing where nobody looks", () => {
    for (const { progress, written, pass } of [record(false), record(true, false)]) {
      pass(500);
      progress.update(20, 40);
      progress.clear();
      expect(written()).toBe("");
    }
  });
});
