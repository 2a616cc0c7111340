/**
 * Holds the estimates of `queryscope queries` against what real projects were measured to send (`NAME/measured.json`,
 * made by project-queries.long.ts).
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { skipIfUnavailable } from "../../support/django-environment.ts";
import { inRepository } from "../../support/repository.ts";
import { type Agreement, compare, type Estimate, growthOf } from "./compare-estimate.ts";
import {
  described,
  type MeasuredEndpoint,
  type Measurement,
  prepareProject,
  projectNames,
  readJson,
} from "./prepare-project.ts";

interface ComparedEndpoint {
  readonly name: string;
  readonly symbol: string;
  readonly agreement: Agreement;
  readonly measured: string;
  readonly estimated: string;
}

const measuredNames = projectNames.filter((name) => existsSync(described(name, "measured.json")));

describe("estimates of", () => {
  test.for(measuredNames)("%s", async (name, { skip, task }) => {
    const { folder } = await prepareProject(name).catch((error: unknown) => skipIfUnavailable(error, skip));
    const { version, endpoints } = readJson<Measurement>(described(name, "measured.json"));
    const estimates = estimatesOf(folder);
    const answered = endpoints.filter(({ result }) => result === 200);
    const compared = answered.map((endpoint) => compareEndpoint(endpoint, estimates));
    const count = (wanted: Agreement) => compared.filter(({ agreement }) => agreement === wanted).length;
    Object.assign(task.meta, {
      figures: {
        version,
        measured: compared.length,
        exact: count("exact"),
        over: count("over"),
        under: count("under"),
        unknown: count("unknown"),
        apart: endpoints.length - compared.length,
        endpoints: compared,
      },
    });
    expect(compared.length).toBeGreaterThan(0);
  });
});

function estimatesOf(folder: string): ReadonlyMap<string, Estimate> {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [inRepository("dist/cli.cjs"), "queries", "--quiet", "--output-format", "json", folder],
    { encoding: "utf8", maxBuffer: 2 ** 30 },
  );
  if (status !== 0) throw new Error(`queryscope queries ${folder} failed: ${stderr}`);
  const { endpoints } = JSON.parse(stdout) as {
    readonly endpoints: readonly (Estimate & { readonly symbol: string })[];
  };
  return new Map(endpoints.map((endpoint) => [endpoint.symbol, endpoint]));
}

function compareEndpoint(
  { name, symbols, counts, lists }: MeasuredEndpoint,
  estimates: ReadonlyMap<string, Estimate>,
): ComparedEndpoint {
  const growth = growthOf(counts);
  const symbol = symbols.find((symbol) => estimates.has(symbol)) ?? symbols[0] ?? "";
  const estimate = estimates.get(symbol);
  return {
    name,
    symbol,
    agreement: compare(growth, estimate, lists),
    measured: growth.text,
    estimated: estimate ? `${estimate.queries}${estimate.complete ? "" : " at least"}` : "not listed",
  };
}
