/** What files of the deployment start: servers and workers, and how much they do at the same time. */
import type { Deployment, OptionValue, Process } from "../deployment/deployment.ts";
import type { Product } from "./product.ts";
import type { ProcessReport } from "./report.ts";
import type { PlaceOf } from "./report-places.ts";

/** Processes of a kind, those of a developer's machine left out. */
export function processesOf<Kind extends Process["kind"]>(
  { processes }: Deployment,
  kind: Kind,
): readonly Extract<Process, { kind: Kind }>[] {
  return processes.filter(
    (process): process is Extract<Process, { kind: Kind }> =>
      process.kind === kind && process.purpose !== "development",
  );
}

export function processReports(
  { context: { deployment } }: Product,
  placeOf: PlaceOf,
): readonly ProcessReport[] {
  const web = processesOf(deployment, "web").map(
    ({ name, location, program, replicas, workers, threads }): ProcessReport => ({
      kind: "web",
      name,
      program,
      place: placeOf(location),
      copies: replicas,
      atOnce: product(replicas, countOf(workers, 1), countOf(threads, 1)),
      queues: undefined,
    }),
  );
  const workers = processesOf(deployment, "celeryWorker").map(
    ({ name, location, replicas, concurrency, queues }): ProcessReport => ({
      kind: "worker",
      name,
      program: "celery",
      place: placeOf(location),
      copies: replicas,
      // Without the option it is the number of processors, which no file tells.
      atOnce: product(replicas, countOf(concurrency, undefined)),
      queues: queues === undefined || queues === "unknown" ? undefined : queues.value,
    }),
  );
  return [...web, ...workers];
}

/** @param fallback what the program takes where the option is not given */
function countOf(option: OptionValue<number>, fallback: number | undefined): number | undefined {
  if (option === undefined) return fallback;
  return option === "unknown" ? undefined : option.value;
}

function product(...factors: readonly (number | undefined)[]): number | undefined {
  return factors.reduce<number | undefined>(
    (all, factor) => (all === undefined || factor === undefined ? undefined : all * factor),
    1,
  );
}
