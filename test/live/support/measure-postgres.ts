import type { LiveMeasurements } from "../../../server/src/audit/live-measurements.ts";
import { type ConnectionDetails, parseConnectionUrl } from "../../../server/src/explain/connection-url.ts";
import { type Expectations, nothingExpected } from "../../../server/src/live/live-connections.ts";
import { measureLive } from "../../../server/src/live/measure-live.ts";

export async function measurePostgres(
  url: string,
  expected: Partial<Expectations> = {},
): Promise<LiveMeasurements> {
  const expectations = { ...nothingExpected, ...expected };
  const connections = { postgres: detailsOf(url), redis: [], queues: [], expectations };
  return measureLive(connections, new AbortController().signal);
}

function detailsOf(url: string): ConnectionDetails {
  const result = parseConnectionUrl("DATABASE_URL", url);
  if (result.kind === "invalid") throw new Error(result.reason);
  return result.details;
}
