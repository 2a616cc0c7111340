/** Connections, caches, replicas: what PostgreSQL is doing. */
import { bytesInWords, judged, percent, skipped } from "./judgement.ts";
import { numberOf, type PostgresCheck, textOf } from "./postgres-check.ts";

export const connectionsCheck: PostgresCheck = {
  code: "QS882",
  query: `SELECT count(*) AS connections,
      count(*) FILTER (WHERE state = 'idle') AS idle,
      count(*) FILTER (WHERE state IS NULL AND pid <> pg_backend_pid()) AS hidden,
      coalesce(max(extract(epoch FROM now() - state_change)) FILTER (WHERE state LIKE 'idle in transaction%'), 0) AS oldest_idle_transaction,
      current_setting('max_connections')::int AS max_connections
    FROM pg_stat_activity WHERE backend_type = 'client backend'`,
  judge([row]) {
    const [connections, idle, hidden] = ["connections", "idle", "hidden"].map((name) => numberOf(row, name));
    const [limit, oldest] = ["max_connections", "oldest_idle_transaction"].map((name) => numberOf(row, name));
    if (connections === undefined || idle === undefined || limit === undefined)
      return skipped("PostgreSQL did not say.");
    return judged(
      [
        { label: "Connections", value: `${connections} of ${limit}` },
        { label: "Idle", value: String(idle) },
        {
          label: "Longest idle in a transaction",
          value: `${Math.round(oldest ?? 0)} s`,
          target: "below 60 s",
        },
        ...(hidden ? [{ label: "Of other users, state not visible", value: String(hidden) }] : []),
      ],
      [
        connections > limit * 0.8
          ? {
              level: "warning",
              message: `${connections} of ${limit} connections are taken: soon the next one is refused.`,
              help: "Put PgBouncer in front of the server, or let each process keep fewer connections.",
            }
          : undefined,
        limit > 200
          ? {
              level: "info",
              message: `max_connections is ${limit}: each connection is a process, and a server is fastest with two to four working ones for each CPU.`,
              help: "Lower it, and let PgBouncer hold the clients.",
            }
          : undefined,
        connections >= 20 && idle / connections > 0.7
          ? {
              level: "info",
              message: `${percent(idle / connections)} of the connections do nothing.`,
              help: "Pool by transaction, or lower CONN_MAX_AGE.",
            }
          : undefined,
        (oldest ?? 0) > 60
          ? {
              level: "warning",
              message: `A connection has been idle in a transaction for ${Math.round(oldest ?? 0)} seconds: it holds its locks, and no dead row after its start can be removed.`,
              help: "Find what waits between two statements, and set a limit.",
              command: "ALTER SYSTEM SET idle_in_transaction_session_timeout = '60s'",
            }
          : undefined,
      ],
    );
  },
};

/** Fewer pages than this say nothing. */
const enoughPages = 10_000;

export const cacheCheck: PostgresCheck = {
  code: "QS886",
  query: `SELECT blks_hit, blks_read, temp_files, temp_bytes, stats_reset FROM pg_stat_database WHERE datname = current_database()`,
  judge([row]) {
    const [hit, read] = [numberOf(row, "blks_hit"), numberOf(row, "blks_read")];
    const [files, bytes] = [numberOf(row, "temp_files"), numberOf(row, "temp_bytes")];
    const share = hit + read === 0 ? 1 : hit / (hit + read);
    return judged(
      [
        { label: "Pages found in memory", value: percent(share), target: "above 99 %" },
        { label: "Temporary files", value: `${files} (${bytesInWords(bytes)})`, target: "none" },
      ],
      [
        hit + read > enoughPages && share < 0.99
          ? {
              level: share < 0.9 ? "warning" : "info",
              message: `${percent(1 - share)} of the pages are read from the system instead of shared_buffers.`,
              help: "More memory for shared_buffers, an index where whole tables are read, or a larger machine.",
            }
          : undefined,
        files > 0
          ? {
              level: bytes > 1024 ** 3 ? "warning" : "info",
              message: `Sorts and joins wrote ${files} temporary files (${bytesInWords(bytes)}): they did not fit into work_mem.`,
              help: "Set log_temp_files = 0 to see which, and raise work_mem for those with SET LOCAL.",
            }
          : undefined,
      ],
    );
  },
};

export const replicaLagCheck: PostgresCheck = {
  code: "QS887",
  query: `SELECT application_name AS name, state, coalesce(extract(epoch FROM replay_lag), 0) AS seconds,
      pg_wal_lsn_diff(sent_lsn, replay_lsn) AS bytes FROM pg_stat_replication
    UNION ALL
    SELECT 'this server', 'streaming', CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
      ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) END, 0 WHERE pg_is_in_recovery()`,
  judge(rows) {
    if (rows.length === 0) return skipped("The server has no replicas.");
    // A role without the right sees that there are replicas, and nothing of them.
    if (rows.every((row) => row.state === null))
      return skipped("The role may not see replicas: GRANT pg_monitor gives it the right.");
    return judged(
      rows.map((row) => ({
        label: textOf(row, "name") || "Replica",
        value:
          row.bytes === null ? "has not reported yet" : `${numberOf(row, "seconds").toFixed(1)} s behind`,
        target: "below 2 s",
      })),
      rows.map((row) =>
        numberOf(row, "seconds") > 2
          ? {
              level: "warning",
              message: `The replica ${textOf(row, "name")} is ${numberOf(row, "seconds").toFixed(1)} seconds behind: what was just written is not there.`,
              help: "Read what a user has just written from the primary, and look for long queries on the replica.",
            }
          : undefined,
      ),
    );
  },
};
