/**
 * What makes a response wait, in whatever Django runs for a request: each kind of work with its rule, its place and the
 * way that leads there; and the same work where nobody waits.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../server/src/rules/finding.ts";
import { analyzeFiles } from "../mdtest/analyze-files.ts";
import { entryPoints } from "./entry-points.ts";
import { type Cell, idOf, matrixFiles, settings, ways } from "./matrix-project.ts";
import { silentPlaces } from "./silent-places.ts";
import { allWorks, uploadWorks, type Work } from "./works.ts";

type Place = (typeof entryPoints)[number];

/** One work for each rule stands for all where it is the entry point that matters. */
const typical: ReadonlySet<string> = new Set([
  "send_mail",
  "requests_session",
  "weasyprint",
  "sleep",
  "thumbnail",
]);

function worksOf({ upload }: Place): readonly Work[] {
  return upload === undefined ? allWorks : [...allWorks, ...uploadWorks];
}

/** Every work in some of the places, and some of the works in every place. */
function cellsOf(places: readonly Place[], withAll: ReadonlySet<string>): readonly Cell[] {
  return places.flatMap((entry) =>
    worksOf(entry)
      .filter(({ name }) => withAll.has(entry.name) || typical.has(name))
      .flatMap((work) => ways.map((way) => ({ work, entry, way }))),
  );
}

async function analyzed(cells: readonly Cell[]) {
  const files = new Map(Object.entries({ ...settings, ...matrixFiles(cells) }));
  const { findings } = await analyzeFiles(files);
  return { files, findings };
}

describe("a request waits", () => {
  const cells = cellsOf(entryPoints, new Set(["function_view", "rest_view", "signal_receiver"]));
  let files: ReadonlyMap<string, string> = new Map();
  const bySteps = new Map<string, Finding>();

  beforeAll(async () => {
    const outcome = await analyzed(cells);
    files = outcome.files;
    for (const finding of outcome.findings) {
      for (const { message, location } of finding.evidence) {
        bySteps.set(`${finding.rule} ${location.path} ${message}`, finding);
      }
    }
  });

  test.each(entryPoints.map(({ name }) => name))("in %s", (name) => {
    const wrong = cells.filter(({ entry }) => entry.name === name).flatMap((cell) => complaint(cell) ?? []);
    expect(wrong).toEqual([]);
  });

  function complaint(cell: Cell): string | undefined {
    const { work, entry, way } = cell;
    const id = idOf(cell);
    const module = entry.path.replace(/\.py$/, "").replaceAll("/", ".");
    const request = `Request: ${entry.root(id)}()`;
    const title = `${work.name} ${way}`;
    // A helper that many requests lead to is one finding.
    const finding = bySteps.get(`${work.rule} ${entry.path} ${request}`);
    if (!finding) return `${title} is not reported`;
    const { path, range } = finding.location;
    const line = lineAt(files.get(path) ?? "", range.start);
    const lastLine = work.lines.at(-1)?.trim() ?? "";
    const where = way === "direct" ? entry.path : "shop/helpers.py";
    if (path !== where || line !== lastLine) return `${title} is reported at ${path}: ${line}`;
    const steps = finding.evidence.map(({ message }) => message);
    const own = stepsOfRequest(finding, entry.path, request);
    const through = entry.through(id);
    const called = way === "direct" ? [] : [way === "helper" ? `do_${work.name}` : `start_${work.name}`];
    const expected = [
      ...(through === undefined ? [] : [`${module}.${through}`]),
      ...called.map((callee) => (way === "helper" ? `shop.helpers.${callee}` : `shop.services.${callee}`)),
    ];
    const missing = expected.filter((each) => !own.some((step) => step.endsWith(` ${each}`)));
    if (way === "service" && !steps.includes(`Calls shop.helpers.do_${work.name}`))
      missing.push("the helper");
    return missing.length === 0
      ? undefined
      : `${title} does not name ${missing.join(", ")}: ${own.join(" > ")}`;
  }
});

/** The steps between one request and the next. */
function stepsOfRequest({ evidence }: Finding, path: string, request: string): readonly string[] {
  const start = evidence.findIndex(({ message, location }) => message === request && location.path === path);
  const rest = evidence.slice(start + 1).map(({ message }) => message);
  const next = rest.findIndex((step) => step.startsWith("Request: "));
  return next < 0 ? rest : rest.slice(0, next);
}

function lineAt(text: string, offset: number): string {
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, text.indexOf("\n", offset)).trim();
}

test("nobody waits for tasks, commands and threads, nor for what starts them", async () => {
  const rules =
    /^(?:sync-(?:email|http|document)-in-request|sync-upload-processing|sleep-or-subprocess-in-request|blocking-signal-handler|blocking-call-in-async-view)$/;
  const { findings } = await analyzed(
    cellsOf(silentPlaces, new Set(["lambda_after_commit", "command", "thread"])),
  );
  expect(
    findings
      .filter(({ rule }) => rules.test(rule))
      .map(({ rule, symbol, message }) => `${rule} ${symbol}: ${message}`),
  ).toEqual([]);
});
