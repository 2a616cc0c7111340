/** Prices, sizes of servers, and whether to rewrite. */
import { commonServers, costFor500Users, prices, redisSizes, valuesFor } from "../prices.ts";
import type { AuditReport } from "../report.ts";
import { at, type Block, list, paragraph, type Section, strong } from "./document.ts";
import { count, range } from "./numbers.ts";

export function costSection({ assumptions, stages, summary }: AuditReport): Section {
  const { servers, currency } = assumptions;
  const priced = servers.flatMap(({ cost }) => cost ?? []);
  const total = priced.reduce((sum, cost) => sum + cost, 0);
  const next = stages.find(({ number }) => number === summary.nextStage);
  const own: readonly Block[] =
    servers.length === 0
      ? [paragraph("The configuration names no servers: with their price, this section compares them.")]
      : [
          {
            kind: "table",
            caption: "The servers of today",
            columns: [
              { title: "Server" },
              { title: "Processors", numeric: true },
              { title: "Memory, GB", numeric: true },
              { title: `${currency} per month`, numeric: true },
            ],
            rows: servers.map(({ name, cpus, memory, cost }) => [
              [name],
              [count(cpus)],
              [count(memory)],
              [cost === undefined ? "–" : count(cost)],
            ]),
          },
          paragraph(
            `Together ${currency} ${count(total)} per month${priced.length < servers.length ? ", without those that have no price" : ""}.`,
            next ? ` Stage ${next.number} usually takes EUR ${range(next.infrastructure)}.` : "",
          ),
        ];
  return {
    id: "costs",
    title: "What hosting costs",
    blocks: [
      ...own,
      {
        kind: "table",
        caption: "Usual prices of the parts",
        columns: [{ title: "Part" }, { title: "EUR per month", numeric: true }],
        rows: prices.map(({ part, cost }) => [[part], [range(cost)]]),
      },
      paragraph(
        `Together, for 500 users (an application server, managed PostgreSQL, Redis, storage, a CDN, monitoring, e-mail, a domain): EUR ${range(costFor500Users)}. Prices are orders of magnitude, not offers.`,
      ),
    ],
  };
}

export function sizingSection({ assumptions }: AuditReport): Section {
  const servers =
    assumptions.servers.length > 0
      ? assumptions.servers.map(({ name, cpus, memory }) => ({ name, cpus, memory }))
      : commonServers.map(({ cpus, memory }) => ({ name: `${cpus} processors, ${memory} GB`, cpus, memory }));
  return {
    id: "sizes",
    title: "Values by size of the server",
    blocks: [
      {
        kind: "table",
        caption: "Values for a server that runs one of these alone",
        columns: [
          { title: "Server" },
          { title: "Web workers", numeric: true },
          { title: "Celery processes", numeric: true },
          { title: "shared_buffers", numeric: true },
          { title: "effective_cache_size", numeric: true },
          { title: "work_mem", numeric: true },
          { title: "maintenance_work_mem", numeric: true },
        ],
        rows: servers.map(({ name, ...size }) => {
          const { webWorkers, taskWorkers, postgres } = valuesFor(size);
          return [
            [name],
            [count(webWorkers)],
            [count(taskWorkers)],
            [postgres.sharedBuffers],
            [postgres.effectiveCacheSize],
            [postgres.workMem],
            [postgres.maintenanceWorkMem],
          ];
        }),
      },
      paragraph(
        "work_mem is what each step of a query may take: with 100 connections and two steps each, a quarter of the memory. Give reports more for themselves, with SET LOCAL. random_page_cost is 1.1 on SSDs. More connections than 100 are a pooler's work. A process of Celery takes 100 to 300 MB; the table counts 200.",
      ),
      {
        kind: "table",
        caption: "Redis by number of users",
        columns: [{ title: "Users" }, { title: "Redis" }],
        rows: redisSizes.map(({ users, size }) => [[users], [size]]),
      },
    ],
  };
}

export function rewriteSection({ rewrite, stages, assumptions }: AuditReport): Section {
  const { repairable, processorBound, cost } = rewrite;
  const repair = stages.reduce(
    (sum, stage) => ({ from: sum.from + stage.cost.from, to: sum.to + stage.cost.to }),
    {
      from: 0,
      to: 0,
    },
  );
  return {
    id: "rewrite-or-scale",
    title: "Rewrite or scale?",
    blocks: [
      paragraph(
        strong(
          processorBound.length === 0
            ? "Scale."
            : "Scale, and move the work of the processor out of the requests.",
        ),
        repairable === 0
          ? " Nothing was found that slows the product down."
          : ` ${repairable === 1 ? "1 error or warning of this report is" : `${count(repairable)} errors and warnings of this report are`} about queries, waiting and settings. Another framework would send the same queries and wait for the same servers.`,
      ),
      paragraph(
        `All open tasks together are estimated at ${assumptions.currency} ${range(repair)}. Rewriting a product of this kind usually takes EUR ${range(cost)} and half a year to a year without anything new for its users.`,
      ),
      ...(processorBound.length === 0
        ? [
            paragraph(
              "The exception is work of the processor that Python itself is slow at: models of machine learning, video. No such work was found in requests.",
            ),
          ]
        : [
            paragraph(
              "The exception is work of the processor. These places do such work while somebody waits; tasks on machines of their own take it over, and the product stays in Django:",
            ),
            list(processorBound.slice(0, 10).map(({ message, place }) => [message, " ", ...at(place)])),
          ]),
    ],
  };
}
