/** No code that the tool writes, as a snippet of the report or as a fix, has one of the mistakes that are often copied. */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { inRepository } from "../../../../test/support/repository.ts";
import { allSnippets } from "../../../../test/support/snippets.ts";

interface Generated {
  readonly name: string;
  /** What the tool writes: of a fix, the lines that were not there before. */
  readonly added: string;
  /** The whole file. */
  readonly whole: string;
}

interface Mistake {
  readonly name: string;
  /** Code as it is often copied. */
  readonly example: string;
  isIn(generated: Omit<Generated, "name">): boolean;
}

/** The relations that an expression counts without telling their rows apart. */
function countedRelations(text: string): ReadonlySet<string | undefined> {
  const counts = [...text.matchAll(/\bCount\(\s*["'](?!(?:pk|id)["'])(\w+?)(?:__\w+)?["']([^()]*)/g)];
  return new Set(
    counts.filter(([, , more = ""]) => !/distinct\s*=\s*True/.test(more)).map(([, name]) => name),
  );
}

const mistakes: readonly Mistake[] = [
  {
    name: "1 a version that is counted up by reading",
    example: "cache.get(f\"tenant:{tid}:dashboard:v{cache.incr(f'tenant:{tid}:version')}\")",
    isIn: ({ added }) =>
      /\bcache\.get\w*\([^\n]*\.incr\(/.test(added) || /version\s*=\s*cache\.incr\(/.test(added),
  },
  {
    name: "2 a router that reads from the replica always, or leaves a question open",
    example: 'class Router:\n    def db_for_read(self, model, **hints):\n        return "replica"\n',
    isIn: ({ added, whole }) =>
      /def db_for_read\([^)]*\):\s*\n\s*return (["']\w+["']|[A-Z_]+)\s*$/m.test(added) ||
      (/^class \w*Router\b/m.test(added) &&
        !["db_for_write", "allow_relation", "allow_migrate"].every((name) => whole.includes(`def ${name}(`))),
  },
  {
    name: "3 a task that loses its result, its tenant's key, or the connection's own schema",
    example:
      "def __call__(self, tenant_id, *args, **kwargs):\n    connection.set_tenant(tenant)\n    super().__call__(*args, **kwargs)\n",
    isIn: ({ added }) =>
      /^(?!\s*return)\s*super\(\)\.__call__\(/m.test(added) ||
      /connection\.set_(tenant|schema)\(/.test(added),
  },
  {
    name: "4 a broker in the Redis of the cache",
    example:
      'CACHES = {"default": {"LOCATION": "redis://localhost:6379/0"}}\nCELERY_BROKER_URL = "redis://localhost:6379/1"\n',
    isIn({ added }) {
      const hosts = (pattern: RegExp) => new Set([...added.matchAll(pattern)].map(([, host]) => host));
      const brokers = hosts(/BROKER_URL\s*=[^\n]*redis:\/\/([^/"']+)/g);
      return [...hosts(/LOCATION["']:[^\n]*redis:\/\/([^/"']+)/g)].some((host) => brokers.has(host));
    },
  },
  {
    name: "5 work_mem of 64 MB for every connection",
    example: "ALTER SYSTEM SET work_mem = '64MB';",
    isIn: ({ added }) => /(?<!SET LOCAL )\bwork_mem\s*=\s*'?64\s*MB/i.test(added),
  },
  {
    name: "6 sessions that are saved by each request",
    example: "SESSION_SAVE_EVERY_REQUEST = True",
    isIn: ({ added }) => /SESSION_SAVE_EVERY_REQUEST\s*=\s*True/.test(added),
  },
  {
    name: "7 routes by a pattern that begins with an application's name alone",
    example: 'CELERY_TASK_ROUTES = {"billing.*": {"queue": "critical"}}',
    isIn: ({ added }) => /["'](?!\*)\w+\.\*["']:\s*\{["']queue["']/.test(added),
  },
  {
    name: "8 a rate limit that is taken for one of all workers",
    example: '@shared_task(rate_limit="10/m")  # ten a minute, whatever the number of workers\n',
    isIn: ({ added }) => /rate_limit\s*=[^\n]*#(?![^\n]*per worker)/.test(added),
  },
  {
    name: "9 a hundred green threads",
    example: "celery -A shop worker --pool=gevent --concurrency=100",
    isIn: ({ added }) => /gevent[^\n]*(concurrency|-c)[ =]\d{3}/.test(added),
  },
  {
    name: "10 bulk_create() that hides how many statements it sends",
    example: "Task.objects.bulk_create(tasks, batch_size=500)  # 2 queries\n",
    isIn: ({ added }) => /bulk_create\([^\n]*#[^\n]*\b\d+ (quer|INSERT|statement)/i.test(added),
  },
  {
    name: "11 counts over two relations at once",
    example: 'Project.objects.annotate(tasks=Count("tasks"), members=Count("members"))',
    isIn: ({ added }) => added.split("\n").some((line) => countedRelations(line).size > 1),
  },
  {
    name: "12 sessions in a cache that does not exist",
    example: 'SESSION_CACHE_ALIAS = "sessions"\nCACHES = {"default": {}}\n',
    isIn({ added, whole }) {
      const alias = /SESSION_CACHE_ALIAS\s*=\s*["'](\w+)["']/.exec(added)?.[1];
      return alias !== undefined && !new RegExp(`["']${alias}["']:`).test(whole);
    },
  },
];

const snippets: readonly Generated[] = allSnippets.map(({ title, code }) => ({
  name: title,
  added: code,
  whole: code,
}));

/** What the fixes of the specifications write: their fixed files, less the lines that were there. */
function fixesOf(path: string): readonly Generated[] {
  const text = readFileSync(path, "utf8");
  const before = new Set(text.split(/^Fixed `/m)[0]?.split("\n"));
  return text.split(/^(?=#{2,3} )/m).flatMap((section) => {
    const [written = "", ...fixed] = section.split(/^Fixed `/m);
    const lines = new Set([
      ...before,
      ...written.split("\n").map((line) => line.replace(/\s+# (error|read|queries).*/, "")),
    ]);
    return fixed.map((part) => {
      const whole = /^```\w*\n([\s\S]*?)^```$/m.exec(part)?.[1] ?? "";
      const added = whole.split("\n").filter((line) => !lines.has(line));
      return { name: basename(path), added: added.join("\n"), whole };
    });
  });
}

const folder = inRepository("test/mdtest");
const fixes = readdirSync(folder)
  .filter((name) => name.endsWith(".md") && name !== "README.md")
  .flatMap((name) => fixesOf(`${folder}/${name}`));

describe.each(mistakes)("$name", ({ example, isIn }) => {
  it("is recognised", () => {
    expect(isIn({ added: example, whole: example })).toBe(true);
  });

  it("is in no snippet of the report", () => {
    expect(snippets.filter(isIn).map(({ name }) => name)).toEqual([]);
  });

  it("is in no fix", () => {
    expect(fixes.length).toBeGreaterThan(300);
    expect(fixes.filter(isIn)).toEqual([]);
  });
});
