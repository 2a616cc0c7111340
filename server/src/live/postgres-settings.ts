/** What the settings of PostgreSQL say: memory, planner. */
import type { LiveFinding, LiveValue } from "../audit/live-measurements.ts";
import { bytesInWords, type Judgement, judged } from "./judgement.ts";
import { type PostgresCheck, type Row, textOf } from "./postgres-check.ts";

/** A setting with its unit as PostgreSQL has it: `8kB` for pages. */
interface Setting {
  readonly text: string;
  readonly unit: string;
}

function settingsIn(rows: readonly Row[]): ReadonlyMap<string, Setting> {
  return new Map(
    rows.map((row) => [textOf(row, "name"), { text: textOf(row, "setting"), unit: textOf(row, "unit") }]),
  );
}

const unitBytes: ReadonlyMap<string, number> = new Map([
  ["B", 1],
  ["kB", 1024],
  ["8kB", 8192],
  ["MB", 1024 ** 2],
]);

function bytesOf(setting: Setting | undefined): number {
  return setting ? Number(setting.text) * (unitBytes.get(setting.unit) ?? 1) : 0;
}

function queryOf(names: readonly string[]): string {
  return `SELECT name, setting, unit FROM pg_settings WHERE name IN (${names.map((name) => `'${name}'`).join(", ")})`;
}

const megabyte = 1024 ** 2;

export const memoryCheck: PostgresCheck = {
  code: "QS880",
  query: queryOf([
    "shared_buffers",
    "effective_cache_size",
    "work_mem",
    "maintenance_work_mem",
    "max_connections",
  ]),
  judge(rows, { databaseMemory }) {
    const settings = settingsIn(rows);
    const connections = Number(settings.get("max_connections")?.text ?? 100);
    const recommended =
      databaseMemory === undefined ? undefined : recommendedMemory(databaseMemory, connections);
    const values = ["shared_buffers", "effective_cache_size", "work_mem", "maintenance_work_mem"].map(
      (name): LiveValue => {
        const target = recommended?.get(name);
        return {
          label: name,
          value: bytesInWords(bytesOf(settings.get(name))),
          ...(target !== undefined && { target: bytesInWords(target) }),
        };
      },
    );
    return judged(values, memoryFindings(settings, connections, databaseMemory, recommended));
  },
};

/** A quarter of the memory for pages, three quarters for what the system keeps; sorts must fit beside them. */
function recommendedMemory(memory: number, connections: number): ReadonlyMap<string, number> {
  const share = Math.floor(memory / 4 / (connections * 2) / megabyte) * megabyte;
  return new Map([
    ["shared_buffers", memory / 4],
    ["effective_cache_size", (memory / 4) * 3],
    ["work_mem", Math.max(4 * megabyte, Math.min(64 * megabyte, share))],
    ["maintenance_work_mem", Math.min(1024 * megabyte, Math.floor(memory / 20 / megabyte) * megabyte)],
  ]);
}

function memoryFindings(
  settings: ReadonlyMap<string, Setting>,
  connections: number,
  memory: number | undefined,
  recommended: ReadonlyMap<string, number> | undefined,
): readonly (LiveFinding | undefined)[] {
  const buffers = bytesOf(settings.get("shared_buffers"));
  if (memory === undefined || !recommended) {
    return [
      buffers <= 128 * megabyte
        ? {
            level: "info",
            message: `shared_buffers is ${bytesInWords(buffers)}: PostgreSQL's default, made for a machine that does other things.`,
            help: "Set it to a quarter of the machine's memory.",
          }
        : undefined,
    ];
  }
  const work = bytesOf(settings.get("work_mem"));
  const cache = bytesOf(settings.get("effective_cache_size"));
  const change = (name: string): string =>
    `ALTER SYSTEM SET ${name} = '${Math.round((recommended.get(name) ?? 0) / megabyte)}MB'`;
  return [
    buffers < memory * 0.15 || buffers > memory * 0.45
      ? {
          level: "warning",
          message: `shared_buffers is ${bytesInWords(buffers)} of ${bytesInWords(memory)}.`,
          help: "Give PostgreSQL a quarter of the memory for pages; the system keeps more of them in the rest.",
          command: change("shared_buffers"),
        }
      : undefined,
    cache < memory * 0.5
      ? {
          level: "info",
          message: `effective_cache_size is ${bytesInWords(cache)}: the planner takes indexes for slower than they are.`,
          help: "Set it to three quarters of the memory; nothing is reserved by it.",
          command: change("effective_cache_size"),
        }
      : undefined,
    work * connections * 2 > memory / 4
      ? {
          level: "warning",
          message: `work_mem is ${bytesInWords(work)} for each sort of each of ${connections} connections: together more than a quarter of the memory.`,
          help: "Lower it, and raise it for reports alone with SET LOCAL or ALTER ROLE.",
          command: change("work_mem"),
        }
      : undefined,
  ];
}

export const plannerCheck: PostgresCheck = {
  code: "QS881",
  query: queryOf(["random_page_cost", "effective_io_concurrency", "jit"]),
  judge(rows): Judgement {
    const settings = settingsIn(rows);
    const cost = Number(settings.get("random_page_cost")?.text);
    const concurrency = Number(settings.get("effective_io_concurrency")?.text);
    const jit = settings.get("jit")?.text ?? "off";
    return judged(
      [
        { label: "random_page_cost", value: String(cost), target: "1.1" },
        { label: "effective_io_concurrency", value: String(concurrency), target: "200" },
        { label: "jit", value: jit, target: "off" },
      ],
      [
        cost >= 2
          ? {
              level: "info",
              message: `random_page_cost is ${cost}: right for disks that turn. On an SSD the planner reads whole tables where an index would be faster.`,
              help: "Set it to 1.1 where the data lies on an SSD.",
              command: "ALTER SYSTEM SET random_page_cost = 1.1",
            }
          : undefined,
        concurrency < 100
          ? {
              level: "hint",
              message: `effective_io_concurrency is ${concurrency}: PostgreSQL asks an SSD for fewer pages at once than it could give.`,
              help: "Set it to 200 where the data lies on an SSD.",
              command: "ALTER SYSTEM SET effective_io_concurrency = 200",
            }
          : undefined,
        jit === "on"
          ? {
              level: "hint",
              message: "jit is on: a query with many joins may take longer to compile than to run.",
              help: "Turn it off where queries are short, as those of a web application are.",
              command: "ALTER SYSTEM SET jit = off",
            }
          : undefined,
      ],
    );
  },
};
