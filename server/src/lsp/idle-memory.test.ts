import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IdleMemory } from "./idle-memory.ts";

const megabyte = 1_000_000;

/** A process whose heap holds 20 MB at first, and 300 MB after memory was given back. */
function startedProcess() {
  const process = { busyMs: 0, heldMegabytes: 20, releases: 0 };
  const idle = new IdleMemory({
    busyTime: () => process.busyMs,
    heldBytes: () => process.heldMegabytes * megabyte,
    release() {
      process.releases += 1;
      process.heldMegabytes = 300;
    },
  });
  return { process, idle };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("memory is given back", () => {
  it("once, when nothing happened for a while after an analysis", () => {
    const { process, idle } = startedProcess();
    process.heldMegabytes = 500;
    idle.worked();
    vi.advanceTimersByTime(9_000);
    expect(process.releases).toBe(0);
    vi.advanceTimersByTime(60_000);
    expect(process.releases).toBe(1);
  });

  it("later, when the process works in between", () => {
    const { process, idle } = startedProcess();
    process.heldMegabytes = 500;
    idle.worked();
    process.busyMs += 1_000;
    vi.advanceTimersByTime(10_000);
    expect(process.releases).toBe(0);
    vi.advanceTimersByTime(10_000);
    expect(process.releases).toBe(1);
  });

  it("later, when another analysis ends in between", () => {
    const { process, idle } = startedProcess();
    process.heldMegabytes = 500;
    idle.worked();
    vi.advanceTimersByTime(8_000);
    idle.worked();
    vi.advanceTimersByTime(8_000);
    expect(process.releases).toBe(0);
    vi.advanceTimersByTime(2_000);
    expect(process.releases).toBe(1);
  });

  it("again, when as much was taken anew", () => {
    const { process, idle } = startedProcess();
    process.heldMegabytes = 500;
    idle.worked();
    vi.advanceTimersByTime(10_000);
    process.heldMegabytes = 331;
    idle.worked();
    vi.advanceTimersByTime(10_000);
    expect(process.releases).toBe(1);
    process.heldMegabytes = 332;
    idle.worked();
    vi.advanceTimersByTime(10_000);
    expect(process.releases).toBe(2);
  });
});

describe("memory is not given back", () => {
  it("where the project is small", () => {
    const { process, idle } = startedProcess();
    process.heldMegabytes = 50;
    idle.worked();
    vi.advanceTimersByTime(60_000);
    expect(process.releases).toBe(0);
  });

  it("after the end", () => {
    const { process, idle } = startedProcess();
    process.heldMegabytes = 500;
    idle.worked();
    idle.dispose();
    vi.advanceTimersByTime(60_000);
    expect(process.releases).toBe(0);
  });
});
