import { describe, expect, it } from "vitest";
import { auditOf, projectWith } from "../../../../test/support/audited-project.ts";
import { testParser } from "../../../../test/support/python-parser.ts";
import { allSnippets, routes } from "../../../../test/support/snippets.ts";
import { commonServers, valuesFor } from "../prices.ts";
import { versionedKeys } from "./cache-hits.ts";
import { materialisedView, replicaRouter } from "./database.ts";
import { sharedCache, tenantTask } from "./settings.ts";

it("is Python without mistakes in its syntax", async () => {
  const parser = await testParser();
  for (const { file, code } of allSnippets)
    expect({ file, errors: parser.parse(file, code).tree.errors }).toEqual({ file, errors: [] });
});

describe("avoids the mistakes that are often copied:", () => {
  it("1 a version that is counted up by reading makes each read a miss", () => {
    const [reading = "", writing = ""] = versionedKeys.code.split("def invalidate");
    expect(reading).not.toContain("incr");
    expect(writing).toContain("cache.incr(key)");
    expect(versionedKeys.code).toContain("transaction.on_commit");
  });

  it("2 a router that always reads from the replica shows the state before the write", () => {
    const read = replicaRouter.code.slice(replicaRouter.code.indexOf("def db_for_read"));
    expect(read).toMatch(
      /if wrote\.get\(\)[\s\S]*return DEFAULT_DB_ALIAS[\s\S]*in_atomic_block[\s\S]*return REPLICA/,
    );
    for (const method of ["db_for_write", "allow_relation", "allow_migrate"])
      expect(read).toContain(`def ${method}(`);
    expect(read).toContain("return db != REPLICA");
  });

  it("3 a task for a tenant gives back its result, leaves the schema, and keeps the key", () => {
    expect(tenantTask.code).toMatch(
      /with tenant_context\(tenant\):\n\s+return super\(\)\.__call__\(tenant_id, \*args, \*\*kwargs\)/,
    );
  });

  it("4 a broker in the Redis of the cache loses tasks when that is full", () => {
    expect(sharedCache.explanation).toContain("a Redis of its own with maxmemory-policy noeviction");
    expect(sharedCache.code).not.toContain("BROKER");
  });

  it("5 work_mem for all connections must fit into the memory", () => {
    for (const server of commonServers) {
      const { workMem } = valuesFor(server).postgres;
      expect(Number.parseInt(workMem, 10) * 100 * 2).toBeLessThanOrEqual((server.memory * 1024) / 4);
    }
  });

  it("6 a session is read once, and written only when it changed", () => {
    expect(sharedCache.explanation).toContain("reads a session once");
    expect(sharedCache.explanation).toContain("writes it only when it has changed");
  });

  it("7 routes name tasks as Celery knows them", async () => {
    const tasks = Array.from(
      { length: 11 },
      (_, index) => `@shared_task\ndef send_mail_${index}():\n    pass\n`,
    );
    const report = await auditOf(
      projectWith('CELERY_BROKER_URL = "redis://queue:6379/0"\n', {
        "config/celery.py":
          'from celery import Celery\n\napp = Celery("shop")\napp.config_from_object("django.conf:settings", namespace="CELERY")\n',
        "shop/tasks.py": `from celery import shared_task\n\n\n@shared_task\ndef charge_card():\n    pass\n\n\n${tasks.join("\n\n")}`,
      }),
      { configuration: { users: 400 } },
    );
    const snippet = report?.snippets.find(({ title }) => title === "Queues by urgency");
    expect(snippet?.code).toContain('"shop.tasks.charge_card": {"queue": "critical"}');
    expect(snippet?.code).not.toContain("*");
  });

  it("8 a rate limit holds for each worker, 9 a thousand green threads open as many connections", () => {
    expect(routes.explanation).toContain("a rate_limit holds for each worker");
    expect(routes.explanation).toContain("100 green threads may open 100 connections");
  });

  it("10 bulk_create() is not promised to be free: no snippet hides what it skips", () => {
    for (const { code } of allSnippets) expect(code).not.toContain("bulk_create");
  });

  it("11 counts over several joins count rows several times", () => {
    expect(materialisedView.code.match(/JOIN/g)).toHaveLength(1);
    expect(materialisedView.explanation).toContain("It joins one table");
  });

  it("12 sessions name a cache that exists", () => {
    const alias = /SESSION_CACHE_ALIAS = "(\w+)"/.exec(sharedCache.code)?.[1];
    expect(sharedCache.code).toContain(`    "${alias}": {`);
  });
});
