import { describe, expect, it } from "vitest";
import { nothingExpected } from "./live-connections.ts";
import { replicaLagCheck } from "./postgres-activity.ts";

const judge = (row: Readonly<Record<string, unknown>>) =>
  replicaLagCheck.judge([{ name: "replica", seconds: 0, ...row }], nothingExpected);

describe("replicas", () => {
  it("that a role without rights does not see are not judged", () => {
    expect(judge({ state: null, bytes: null })).toEqual({
      kind: "skipped",
      reason: "The role may not see replicas: GRANT pg_monitor gives it the right.",
    });
  });

  it("that have just begun have not reported yet", () => {
    expect(judge({ state: "catchup", bytes: null })).toMatchObject({
      kind: "judged",
      values: [{ label: "replica", value: "has not reported yet" }],
      findings: [],
    });
  });

  it("that are behind are a warning", () => {
    expect(judge({ state: "streaming", bytes: "900", seconds: "3.5" })).toMatchObject({
      values: [{ value: "3.5 s behind" }],
      findings: [{ level: "warning" }],
    });
  });
});
