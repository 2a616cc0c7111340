import { describe, expect, it } from "vitest";
import { CancellationToken, CancellationTokenSource } from "vscode-languageserver";
import { AnalysisLoop } from "./analysis-loop.ts";

/** A loop over a number that runs only as far as the test lets it. */
function controlled() {
  let state = 0;
  const runs: { readonly token: CancellationToken; finish(error?: Error): void }[] = [];
  const results: number[] = [];
  const errors: unknown[] = [];
  let started: () => void = () => {};
  const loop = new AnalysisLoop<number>({
    delay: 0,
    run: (token) =>
      new Promise((resolve, reject) => {
        const seen = state;
        runs.push({ token, finish: (error) => (error === undefined ? resolve(seen) : reject(error)) });
        started();
      }),
    onResult: (result) => results.push(result),
    onError: (error) => errors.push(error),
  });
  return {
    loop,
    results,
    errors,
    change(to: number): void {
      state = to;
      loop.invalidate();
    },
    async run(number: number) {
      while (runs.length < number) {
        await new Promise<void>((resolve) => {
          started = resolve;
        });
      }
      const run = runs[number - 1];
      if (run === undefined) throw new Error("unreachable");
      return run;
    },
  };
}

describe("AnalysisLoop", () => {
  it("answers all who wait with one run, and later ones without another", async () => {
    const { loop, change, run, results } = controlled();
    change(1);
    const waiting = [loop.current(CancellationToken.None), loop.current(CancellationToken.None)];
    (await run(1)).finish();
    expect(await Promise.all(waiting)).toEqual([1, 1]);
    expect(await loop.current(CancellationToken.None)).toBe(1);
    expect(results).toEqual([1]);
  });

  it("cancels the run that a change overtakes, and answers with the newest state", async () => {
    const { loop, change, run, results } = controlled();
    change(1);
    const waiting = loop.current(CancellationToken.None);
    const overtaken = await run(1);
    change(2);
    expect(overtaken.token.isCancellationRequested).toBe(true);
    overtaken.finish();
    (await run(2)).finish();
    expect(await waiting).toBe(2);
    expect(results).toEqual([2]);
  });

  it("rejects the one who cancels, and no one else", async () => {
    const { loop, change, run } = controlled();
    change(1);
    const source = new CancellationTokenSource();
    const cancelled = loop.current(source.token);
    const patient = loop.current(CancellationToken.None);
    source.cancel();
    await expect(cancelled).rejects.toThrow("cancelled");
    (await run(1)).finish();
    expect(await patient).toBe(1);
  });

  it("passes a failure on until the state changes", async () => {
    const { loop, change, run, errors } = controlled();
    change(1);
    const waiting = loop.current(CancellationToken.None);
    (await run(1)).finish(new Error("no luck"));
    await expect(waiting).rejects.toThrow("no luck");
    await expect(loop.current(CancellationToken.None)).rejects.toThrow("no luck");
    expect(errors).toHaveLength(1);
    change(2);
    const again = loop.current(CancellationToken.None);
    (await run(2)).finish();
    expect(await again).toBe(2);
  });

  it("lets everybody go when it is disposed", async () => {
    const { loop, change, run, results } = controlled();
    change(1);
    const waiting = loop.current(CancellationToken.None);
    const running = await run(1);
    loop.dispose();
    await expect(waiting).rejects.toThrow("disposed");
    expect(running.token.isCancellationRequested).toBe(true);
    running.finish();
    await expect(loop.current(CancellationToken.None)).rejects.toThrow("cancelled");
    expect(results).toEqual([]);
  });
});
