/** What Redis says of itself: hits, memory, eviction, persistence, slow commands. */
import type { LiveFinding } from "../audit/live-measurements.ts";
import { bytesInWords, type Judgement, judged, percent, skipped } from "./judgement.ts";
import type { RedisCheck } from "./redis-check.ts";
import { numberIn, type RedisInfo } from "./redis-info.ts";

/** Fewer lookups than this in the window say nothing about it. */
const enoughLookups = 100;

export const hitRateCheck: RedisCheck = {
  code: "QS890",
  concerns: (roles) => roles.includes("cache"),
  judge({ info: [before, after], roles }): Judgement {
    const lookups = (info: RedisInfo) => numberIn(info, "keyspace_hits") + numberIn(info, "keyspace_misses");
    const inWindow = lookups(after) - lookups(before);
    const isRecent = inWindow >= enoughLookups;
    const hits = numberIn(after, "keyspace_hits") - (isRecent ? numberIn(before, "keyspace_hits") : 0);
    const total = isRecent ? inWindow : lookups(after);
    if (total < enoughLookups)
      return skipped(`Only ${total} lookups were counted: too few to tell a hit rate.`);
    const rate = hits / total;
    const isShared = roles.length > 1;
    return judged(
      [
        {
          label: isRecent ? "Hit rate while it was watched" : "Hit rate since the start",
          value: percent(rate),
          target: "95 %",
        },
        { label: "Lookups", value: String(total) },
      ],
      [
        rate < 0.95
          ? {
              level: rate < 0.8 ? "warning" : "info",
              message: `${percent(1 - rate)} of the lookups find nothing${isShared ? "; queues and sessions on the same Redis count as well" : ""}.`,
              help: "Look for keys that nobody asks for twice, timeouts that are too short, and a memory that is too small.",
            }
          : undefined,
      ],
    );
  },
};

export const memoryUseCheck: RedisCheck = {
  code: "QS891",
  concerns: () => true,
  judge({ info: [, info] }) {
    const [used, limit] = [numberIn(info, "used_memory"), numberIn(info, "maxmemory")];
    const fragmentation = numberIn(info, "mem_fragmentation_ratio");
    return judged(
      [
        {
          label: "Memory used",
          value: bytesInWords(used),
          ...(limit > 0 && { target: `below ${bytesInWords(limit * 0.8)}` }),
        },
        { label: "maxmemory", value: limit === 0 ? "not set" : bytesInWords(limit) },
        { label: "Fragmentation", value: fragmentation.toFixed(2), target: "below 1.5" },
      ],
      [
        limit === 0
          ? {
              level: "info",
              message: "maxmemory is not set: Redis grows until the system ends it, with all that it holds.",
              help: "Set it to what the machine can spare, half of its memory where snapshots are made.",
              command: "maxmemory 1gb",
            }
          : undefined,
        limit > 0 && used > limit * 0.8
          ? {
              level: "warning",
              message: `${percent(used / limit)} of maxmemory is in use: soon Redis drops entries, or refuses to write.`,
              help: "Give it more memory, or its keys shorter lives.",
            }
          : undefined,
        fragmentation > 1.5 && used > 100 * 1024 ** 2
          ? {
              level: "info",
              message: `Redis takes ${fragmentation.toFixed(2)} times the memory of what it holds.`,
              help: "Turn on active defragmentation, or restart it when nobody is looking.",
              command: "activedefrag yes",
            }
          : undefined,
      ],
    );
  },
};

export const evictionCheck: RedisCheck = {
  code: "QS892",
  concerns: () => true,
  judge({ info: [before, after], roles }) {
    const policy = after.get("maxmemory_policy") ?? "unknown";
    const limit = numberIn(after, "maxmemory");
    const evicted = numberIn(after, "evicted_keys") - numberIn(before, "evicted_keys");
    const mustKeep = roles.some((role) => role !== "cache");
    const what = roles.includes("broker")
      ? "waiting tasks"
      : roles.includes("sessions")
        ? "sessions"
        : "results";
    const mayLose =
      mustKeep && policy !== "noeviction" && !(policy === "volatile-ttl" && what === "sessions");
    return judged(
      [
        { label: "maxmemory-policy", value: policy, target: mustKeep ? "noeviction" : "allkeys-lru" },
        { label: "Evicted while it was watched", value: String(evicted), ...(mustKeep && { target: "0" }) },
        { label: "Evicted since the start", value: String(numberIn(after, "evicted_keys")) },
      ],
      [
        mayLose
          ? {
              level: limit > 0 ? "error" : "warning",
              message: `maxmemory-policy is ${policy}: when the memory is full, Redis drops ${what}.`,
              help: "Set noeviction, and give the cache, which may lose entries, a Redis of its own: the policy is for a whole server.",
              command: "maxmemory-policy noeviction",
            }
          : undefined,
        !mustKeep && policy === "noeviction" && limit > 0
          ? {
              level: "warning",
              message: "maxmemory-policy is noeviction: when the cache is full, every write to it fails.",
              help: "Let it drop what was used longest ago.",
              command: "maxmemory-policy allkeys-lru",
            }
          : undefined,
        mustKeep && evicted > 0
          ? {
              level: "error",
              message: `${evicted} keys were dropped while it was watched, and there are ${what} among them.`,
              help: "More memory now, and noeviction.",
            }
          : undefined,
      ],
    );
  },
};

export const persistenceCheck: RedisCheck = {
  code: "QS893",
  concerns: (roles) => roles.some((role) => role === "broker" || role === "sessions"),
  judge({ info: [, info], snapshots }) {
    const log = numberIn(info, "aof_enabled") === 1;
    const savesAt = snapshots.kind === "answered" ? snapshots.value.trim() : undefined;
    const isKept = log || (savesAt !== undefined && savesAt !== "");
    const failed =
      info.get("rdb_last_bgsave_status") === "err" || info.get("aof_last_write_status") === "err";
    return judged(
      [
        { label: "Append-only file", value: log ? "on" : "off" },
        {
          label: "Snapshots",
          value: savesAt === undefined ? "not known" : savesAt === "" ? "none" : savesAt,
        },
        { label: "Last snapshot", value: info.get("rdb_last_bgsave_status") ?? "none" },
      ],
      [
        !isKept && savesAt !== undefined
          ? {
              level: "warning",
              message: "Redis keeps nothing: a restart loses every waiting task and every session.",
              help: "Turn on the append-only file, or snapshots.",
              command: "appendonly yes",
            }
          : undefined,
        failed
          ? {
              level: "error",
              message:
                "The last attempt of Redis to write to its disk failed: with its defaults, it refuses writes until one succeeds.",
              help: "Look at its log: the disk is full, or there is no memory for the copy.",
            }
          : undefined,
      ],
    );
  },
};

export const sizingCheck: RedisCheck = {
  code: "QS894",
  concerns: () => true,
  judge({ info: [, info] }) {
    const peak = numberIn(info, "used_memory_peak");
    const limit = numberIn(info, "maxmemory");
    const needed = peak * 1.5;
    const clients = numberIn(info, "connected_clients");
    const most = numberIn(info, "maxclients");
    return judged(
      [
        { label: "Most memory that was used", value: bytesInWords(peak) },
        { label: "Memory to plan for", value: bytesInWords(needed) },
        { label: "Clients", value: most === 0 ? String(clients) : `${clients} of ${most}` },
      ],
      [
        limit > 0 && needed > limit
          ? {
              level: "info",
              message: `At its peak Redis used ${bytesInWords(peak)}, and maxmemory is ${bytesInWords(limit)}: less than half as much again.`,
              help: "Plan the next size before the number of users doubles.",
            }
          : undefined,
        most > 0 && clients > most * 0.8
          ? {
              level: "warning",
              message: `${clients} of ${most} clients are connected.`,
              help: "Limit the pools of the processes, with max_connections in CONNECTION_POOL_KWARGS.",
            }
          : undefined,
      ],
    );
  },
};

/** Commands that look at every key. */
const scanning = /^(KEYS|FLUSHALL|FLUSHDB|SMEMBERS|HGETALL|SORT)\b/i;

export const slowKeysCheck: RedisCheck = {
  code: "QS898",
  concerns: () => true,
  judge({ slow, sample, roles }) {
    if (slow.kind === "refused" && sample.kind === "refused") return skipped(slow.reason);
    const commands = slow.kind === "answered" ? slow.value : [];
    const keys = sample.kind === "answered" ? sample.value : undefined;
    const share = keys && keys.looked > 0 ? keys.withoutExpiry / keys.looked : 0;
    const scans = commands.filter(({ command }) => scanning.test(command));
    const slowest = commands.toSorted((first, second) => second.microseconds - first.microseconds)[0];
    return judged(
      [
        {
          label: "Slow commands in its log",
          value: slow.kind === "answered" ? String(commands.length) : slow.reason,
        },
        ...(slowest
          ? [
              {
                label: "Slowest",
                value: `${slowest.command}: ${(slowest.microseconds / 1000).toFixed(1)} ms`,
              },
            ]
          : []),
        ...(keys
          ? [
              { label: "Keys", value: String(keys.keys) },
              { label: `Without expiry, of ${keys.looked}`, value: percent(share), target: "below 20 %" },
            ]
          : []),
      ],
      [
        scans.length > 0
          ? {
              level: "warning",
              message: `${scans[0]?.command} was run: it looks at every key, and Redis answers nobody else meanwhile.`,
              help: "Use SCAN, or keep a set of the keys that belong together; delete_pattern() of django-redis scans too.",
            }
          : undefined,
        ...(keys?.large ?? []).map(
          ({ pattern, bytes }): LiveFinding => ({
            level: "info",
            message: `A value is ${bytesInWords(bytes)} large (${pattern}): it takes the network, and everybody behind it waits.`,
            help: "Store less, or in parts.",
          }),
        ),
        roles.length === 1 && roles.includes("cache") && keys && keys.looked >= 20 && share > 0.2
          ? {
              level: "info",
              message: `${percent(share)} of the keys never expire: the cache only grows.`,
              help: "Give every entry a timeout.",
            }
          : undefined,
      ],
    );
  },
};
