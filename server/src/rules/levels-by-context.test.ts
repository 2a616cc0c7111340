/** What the context of code does to the level of what is found in it: every rule in every context. */
import { beforeAll, describe, expect, it } from "vitest";
import { analyzeWithProblems } from "../../../test/mdtest/analyze-files.ts";
import { type CodeContext, codeContexts, type Effect } from "../../../test/support/code-contexts.ts";
import { imports, type RuleTrigger, ruleTriggers } from "../../../test/support/rule-triggers.ts";
import { loadProject } from "../../../test/support/spec-files.ts";
import { groupBy } from "../base/group-by.ts";
import type { Level } from "./finding.ts";
import { lowered } from "./levels.ts";
import { rules } from "./registry.ts";

type Outcome = Level | "off";

interface Exception {
  readonly rules: readonly string[];
  /** Kinds of contexts, or single ones by name. */
  readonly in: readonly string[];
  readonly outcome: Outcome;
  /** What the rule is about, in the words of its description. */
  readonly because: string;
}

const tasks = ["task of Celery", "task of an application of Celery", "task of Django", "job of RQ"].concat(
  "actor of Dramatiq",
  "task of Huey",
);

/** Where a rule's own description says something else about its level or about where it speaks. */
const exceptions: readonly Exception[] = [
  {
    rules: ["duplicate-query", "invalidation-bypassed", "cache-stampede"],
    in: ["action of the admin that a function makes"],
    outcome: "off",
    because: "nothing: these rules do not look into functions inside functions yet",
  },
  {
    rules: ["missing-iterator"],
    in: ["view and task"],
    outcome: "info",
    because: "a task, command or migration loops once over an unbounded queryset",
  },
  {
    rules: ["missing-iterator"],
    in: ["view and command"],
    outcome: "hint",
    because: "a task, command or migration loops once over an unbounded queryset: the view is none of these",
  },
  {
    rules: ["missing-iterator"],
    in: ["default", "admin"],
    outcome: "off",
    because: "a task, command or migration loops once over an unbounded queryset",
  },
  {
    rules: ["order-by-random"],
    in: ["task"],
    outcome: "info",
    because: "a warning in the request path",
  },
  {
    rules: ["order-by-random"],
    in: ["command"],
    outcome: "hint",
    because: "a warning in the request path",
  },
  {
    rules: ["unbounded-queryset-in-request"],
    in: ["task", "command", "migration", "change list", "admin"],
    outcome: "off",
    because: "without pagination, in a request, a queryset of a growing model is fully evaluated",
  },
  {
    rules: ["leading-wildcard-search"],
    in: ["task", "command", "migration"],
    outcome: "off",
    because: "lookups in the request path",
  },
  {
    rules: ["case-insensitive-lookup"],
    in: ["task", "command", "migration"],
    outcome: "off",
    because: "a login by e-mail",
  },
  {
    rules: ["cascade-delete-in-request"],
    in: ["task", "command", "migration"],
    outcome: "off",
    because: "a delete in the request path; run it in a task",
  },
  {
    rules: ["writes-in-autocommit-loop"],
    in: ["task", "command", "migration", "view and task", "view and command"],
    outcome: "off",
    because: "not long jobs that must keep their progress",
  },
  {
    rules: ["non-sargable-date-lookup", "bulk-skips-side-effects"],
    in: ["migration"],
    outcome: "off",
    because: "in migrations, only rules about batches",
  },
  {
    rules: ["http-without-timeout"],
    in: ["task"],
    outcome: "warning",
    because: "calls without timeout, in a request, a task or a command",
  },
  {
    rules: ["http-without-timeout"],
    in: ["command"],
    outcome: "info",
    because: "calls without timeout, in a request, a task or a command",
  },
  {
    rules: ["http-in-loop"],
    in: ["task"],
    outcome: "info",
    because: "info, and a warning in a request",
  },
  {
    rules: ["http-in-loop"],
    in: ["command"],
    outcome: "hint",
    because: "info, and a warning in a request",
  },
  {
    rules: ["email-in-loop"],
    in: ["function of a task"],
    outcome: "warning",
    because: "one connection per message, in any loop; of tasks, unbounded-task speaks",
  },
  {
    rules: ["email-in-loop"],
    in: ["command"],
    outcome: "info",
    because: "one connection per message, in any loop; of tasks, unbounded-task speaks",
  },
  {
    rules: ["offset-pagination-on-large-table"],
    in: ["change list", "admin"],
    outcome: "off",
    because: "not the admin",
  },
  {
    rules: ["uncached-expensive-view"],
    in: ["change list", "admin"],
    outcome: "off",
    because: "not the admin",
  },
  {
    rules: ["cache-stampede"],
    in: [...tasks, "management command", "command with seeds", "command with demo data"],
    outcome: "off",
    because: "a refresh by a scheduled task is the remedy",
  },
  {
    rules: ["task-enqueued-in-loop"],
    in: tasks,
    outcome: "hint",
    because: "not schedulers that fan out",
  },
  {
    rules: ["blocking-on-task-result"],
    in: ["task", "view and task"],
    outcome: "error",
    because: "an error inside a task, a warning in a request",
  },
  {
    rules: ["blocking-on-task-result"],
    in: ["command"],
    outcome: "off",
    because: "not in commands",
  },
];

/** Rules whose findings do not stand in the body of whatever function, with what they look at. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  "how a task is declared, or what only tasks do": [
    "task-without-retry",
    "retry-without-backoff",
    "broad-or-unbounded-retry",
    "task-without-time-limit",
    "task-without-rate-limit",
    "non-idempotent-retried-task",
    "unused-task-result",
    "sleep-in-task",
    "unbounded-task",
    "task-without-tenant",
    "tenant-context-leak",
    "overlapping-beat-task",
    "crontab-every-minute",
  ],
  "what one kind of function or class does: a view, a middleware, a receiver": [
    "webhook-processed-inline",
    "blocking-signal-handler",
    "query-on-every-request",
    "save-again-in-post-save",
    "cache-page-on-private-view",
    "cacheable-public-page",
    "repeated-per-request-lookup",
    "session-write-per-request",
  ],
  "declarations of classes and modules": [
    "query-at-import-time",
    "upload-through-app-server",
    "unpaginated-list",
    "expensive-total-count",
    "cursor-order-not-indexed",
    "lru-cache-on-orm",
  ],
  templates: ["fragment-missing-vary", "fragment-does-not-save-query"],
  settings: ["eager-or-immediate-task"],
};

/** A body in a context. */
interface Site {
  readonly rule: string;
  readonly context: string;
  readonly effect: Effect;
  readonly expected: Outcome;
  /** If it were no code for tests. */
  readonly elsewhere: Outcome;
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

interface Project {
  readonly files: ReadonlyMap<string, string>;
  readonly sites: readonly Site[];
}

function wordOf(text: string): string {
  return text.replace(/\W/g, "_");
}

function modelOf(context: string): string {
  return `In${wordOf(context)}`;
}

function fits(
  { isCoroutine, ofRequest }: RuleTrigger,
  { hasRequest, takesCoroutines }: CodeContext,
): boolean {
  return !(ofRequest && !hasRequest) && !(isCoroutine && !takesCoroutines);
}

function makeProject(contexts: Readonly<Record<string, CodeContext>>): Project {
  const files = new Map(loadProject("tracker"));
  const sites: Site[] = [];
  for (const [name, context] of Object.entries(contexts)) {
    const { callers, code, effect, foot, head = "", path } = context;
    const models = `from catalog.models import ${modelOf(name)}\n`;
    const functions: string[] = [];
    let text = imports + models + head;
    for (const [rule, trigger] of Object.entries(ruleTriggers)) {
      if (!fits(trigger, context)) continue;
      const own = wordOf(`${name} ${rule}`);
      const body = trigger.body.join("\n").replaceAll("KEY", own).replaceAll("MODEL", modelOf(name));
      const start = text.length;
      text += `\n\n${code(own, body, trigger.isCoroutine ?? false)}\n`;
      functions.push(own);
      sites.push({
        rule,
        context: name,
        effect,
        expected: expectedOf(rule, trigger, name, effect),
        elsewhere: expectedOf(rule, trigger, name, context.like ?? effect),
        path,
        start,
        end: text.length,
      });
    }
    files.set(path, text + (foot?.(functions) ?? ""));
    for (const [caller, callerText] of Object.entries(callers?.(functions) ?? {}))
      files.set(caller, callerText);
  }
  for (const [path, text] of Object.entries(surroundings)) files.set(path, `${files.get(path) ?? ""}${text}`);
  for (const path of [...files.keys()]) {
    const folders = path.endsWith(".py") ? path.split("/").slice(0, -1) : [];
    for (const [index] of folders.entries()) {
      const init = `${folders.slice(0, index + 1).join("/")}/__init__.py`;
      files.set(init, files.get(init) ?? "");
    }
  }
  return { files, sites };
}

/** What the rules look at beside the bodies. */
const surroundings: Readonly<Record<string, string>> = {
  "requirements.txt": "Django==6.0\ncelery==5.4\n",
  "tracker/__init__.py": "from .celery import app\n",
  "tracker/celery.py": `import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

app = Celery("tracker")
app.conf.update(broker_url="redis://localhost/0", result_backend="redis://localhost/0")
app.autodiscover_tasks()
`,
  "tracker/settings.py": `
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:6379/1"},
    "pages": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:6379/2"},
}
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "tracker"}}
`,
  "catalog/models.py": `
from django.db import models
${Object.keys(codeContexts)
  .map(
    (name) => `

class ${modelOf(name)}(models.Model):
    title = models.CharField(max_length=100)
    email = models.EmailField()
    created = models.DateTimeField(auto_now_add=True)
`,
  )
  .join("")}`,
  "projects/background.py": `from celery import shared_task


@shared_task
def close(key):
    return key
`,
  "projects/signals.py": `from django.core.cache import cache
from django.db.models.signals import post_save
from django.dispatch import receiver

from projects.models import Team


@receiver(post_save, sender=Team)
def team_saved(sender, instance, **kwargs):
    cache.delete("teams")
`,
};

function expectedOf(rule: string, { level }: RuleTrigger, context: string, effect: Effect): Outcome {
  const metadata = rules.find(({ name }) => name === rule);
  if (!metadata) throw new Error(`There is no rule "${rule}".`);
  const exception =
    exceptions.find((each) => each.rules.includes(rule) && each.in.includes(context)) ??
    exceptions.find((each) => each.rules.includes(rule) && each.in.includes(effect));
  return exception?.outcome ?? byTable(metadata.code, level ?? metadata.level, effect);
}

function byTable(code: string, level: Level, effect: Effect): Outcome {
  const isOfRequests = code.startsWith("QS4");
  switch (effect) {
    case "default":
      return level;
    case "task":
      return isOfRequests ? "off" : level;
    case "command":
      return isOfRequests ? "off" : lowered(level);
    case "migration":
      return /^QS[23]/.test(code) ? "hint" : "off";
    case "admin":
      return lowered(level);
    case "test":
    case "generated":
      return "off";
  }
}

const isForTests = ([, { effect }]: readonly [string, CodeContext]): boolean =>
  effect === "test" || effect === "generated";
const all = makeProject(codeContexts);
const forTests = makeProject(Object.fromEntries(Object.entries(codeContexts).filter(isForTests)));

type OutcomesOf = (site: Site) => readonly Outcome[];

async function outcomes({ files }: Project, configuration: string): Promise<OutcomesOf> {
  const { findings } = await analyzeWithProblems(new Map([...files, ["queryscope.toml", configuration]]));
  const byPath = groupBy(findings, ({ location }) => location.path);
  return ({ end, path, rule, start }) => {
    const found = (byPath.get(path) ?? []).filter(
      (finding) =>
        finding.rule === rule && finding.location.range.start >= start && finding.location.range.start < end,
    );
    return found.length === 0 ? ["off"] : [...new Set(found.map(({ level }) => level))];
  };
}

/** The sites of a context with their outcomes, one a line. */
function lines({ sites }: Project, context: string, outcomesOf: OutcomesOf): readonly string[] {
  return sites
    .filter((site) => site.context === context)
    .map((site) => `${site.rule}: ${outcomesOf(site).join(", ")}`);
}

describe("levels", () => {
  let found: OutcomesOf;

  beforeAll(async () => {
    found = await outcomes(all, "");
  }, 120_000);

  it.each(Object.keys(codeContexts))("in: %s", (context) => {
    expect(lines(all, context, found)).toEqual(lines(all, context, ({ expected }) => [expected]));
  });
});

describe("levels with include-tests", () => {
  let found: OutcomesOf;

  beforeAll(async () => {
    found = await outcomes(forTests, "include-tests = true\n");
  }, 120_000);

  it.each(Object.entries(codeContexts).filter(isForTests))("in: %s", (context) => {
    const expected: OutcomesOf = ({ effect, elsewhere: level }) =>
      effect === "test" && level !== "off" ? ["hint"] : ["off"];
    expect(lines(forTests, context, found)).toEqual(lines(forTests, context, expected));
  });
});

it("knows every rule of these groups", () => {
  const names = rules.filter(({ code }) => /^QS[234679]/.test(code)).map(({ name }) => name);
  const known = [...Object.keys(ruleTriggers), ...Object.values(elsewhere).flat()];
  expect(known.sort()).toEqual(names.sort());
});
