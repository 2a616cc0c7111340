/** Fixes whose code only PostgreSQL runs: sections of specs, before and after the fix, on a real server. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { djangoWithPsycopg, runScript, skipIfUnavailable } from "../../support/django-environment.ts";
import { fixedFiles, type Section } from "../../support/markdown-spec.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres.ts";
import { loadSpecs, projectFiles } from "../../support/spec-files.ts";

interface Outcome {
  readonly result: unknown;
  readonly statements: readonly string[];
  readonly plans: readonly string[];
}

type Outcomes = Readonly<Record<string, Outcome>>;

interface Code {
  readonly module: string;
  readonly calls: readonly string[];
  /** Applications that the title of the fix asks for. */
  readonly installs: readonly string[];
  /** Fills the tables. */
  readonly rows: string;
}

const script = fileURLToPath(new URL("./execute.py", import.meta.url));
const limitMs = 5 * 60_000;

let python: string | undefined;
let server: PostgresServer | undefined;
let unavailable: unknown;

beforeAll(async () => {
  try {
    python = await djangoWithPsycopg();
    server = await startPostgres();
  } catch (error) {
    unavailable = error;
  }
}, limitMs);

afterAll(() => server?.stop());

async function execute(
  spec: string,
  name: string,
  code: Code,
): Promise<{ before: Outcomes; after: Outcomes }> {
  const owner = loadSpecs().find(({ title }) => title === spec);
  const section = owner?.sections.find((each) => each.name === name);
  const [fix] = section?.fixes ?? [];
  if (!owner || !section || !fix) throw new Error(`${spec} › ${name} is not there`);
  const outcomes = (files: Section["files"]) =>
    outcomesOf({
      settings: "tracker.settings",
      files: Object.fromEntries(projectFiles(owner, files)),
      ...code,
    });
  const before = await outcomes(section.files);
  return { before, after: await outcomes(fixedFiles(section, fix)) };
}

async function outcomesOf(project: object): Promise<Outcomes> {
  if (!python || !server) throw new Error("is not set up");
  const { database: NAME, host: HOST, password: PASSWORD, port: PORT, user: USER } = server;
  const input = { ...project, database: { NAME, HOST, PASSWORD, PORT, USER } };
  return (await runScript(python, ["-B", script], input, { timeout: limitMs })) as Outcomes;
}

/** In the order of the alphabet: each way has an order of its own. */
function textsOf(outcome: Outcome | undefined): readonly string[] {
  return Array.isArray(outcome?.result) ? outcome.result.map(String).sort() : [];
}

test(
  "QS232: DISTINCT ON gives the rows that Python kept",
  async ({ skip }) => {
    if (unavailable !== undefined) skipIfUnavailable(unavailable, skip);
    const rows = "from tracker.populate import populate\npopulate(4, 3, 2)";
    const code = { module: "projects.reports", calls: ["newest"], installs: [], rows };
    const { before, after } = await execute("latest-per-group-in-python", "On PostgreSQL", code);
    expect(after.newest?.result).toHaveLength(4);
    expect(textsOf(after.newest)).toEqual(textsOf(before.newest));
    expect(after.newest?.statements).toHaveLength(1);
    expect(after.newest?.statements[0]).toContain("DISTINCT ON");
  },
  limitMs,
);

test(
  "QS223: the planner finds texts by the index of trigrams",
  async ({ skip }) => {
    if (unavailable !== undefined) skipIfUnavailable(unavailable, skip);
    const rows =
      'from catalog.models import Article\nArticle.objects.bulk_create(Article(title=f"Title {i}") for i in range(20))';
    const installs = ["django.contrib.postgres"];
    const code = { module: "catalog.views", calls: ["search"], installs, rows };
    const { before, after } = await execute("leading-wildcard-search", "In a request", code);
    expect(after.search?.result).toBe('{"found": 11}');
    expect(after.search?.result).toBe(before.search?.result);
    expect(before.search?.plans[0]).not.toContain("catalog_article_title_idx");
    expect(after.search?.plans[0]).toContain("catalog_article_title_idx");
  },
  limitMs,
);
