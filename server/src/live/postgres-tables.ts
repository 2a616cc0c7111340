/** Tables and indexes as PostgreSQL's statistics show them. */
import type { LiveFinding } from "../audit/live-measurements.ts";
import { bytesInWords, judged, percent, skipped } from "./judgement.ts";
import type { Expectations } from "./live-connections.ts";
import { numberOf, type PostgresCheck, type Row, textOf } from "./postgres-check.ts";

function modelOf({ tables }: Expectations, table: string): string | undefined {
  return tables.find(({ name }) => name === table)?.model;
}

/** Findings are shown for so many, the largest first. */
const shown = 20;

export const sequentialScanCheck: PostgresCheck = {
  code: "QS883",
  query: `SELECT relname AS table, n_live_tup AS rows, seq_scan, coalesce(idx_scan, 0) AS idx_scan, seq_tup_read / greatest(seq_scan, 1) AS rows_per_scan
    FROM pg_stat_user_tables WHERE n_live_tup > 10000 ORDER BY seq_tup_read DESC`,
  judge(rows, expectations) {
    const hot = rows.filter(
      (row) =>
        numberOf(row, "seq_scan") > numberOf(row, "idx_scan") && numberOf(row, "rows_per_scan") > 10_000,
    );
    return judged(
      [
        { label: "Tables with more than 10,000 rows", value: String(rows.length) },
        { label: "Read as a whole more often than by an index", value: String(hot.length), target: "0" },
      ],
      hot.slice(0, shown).map((row): LiveFinding => {
        const table = textOf(row, "table");
        return {
          level: "warning",
          message: `${table} was read as a whole ${numberOf(row, "seq_scan")} times, ${numberOf(row, "rows_per_scan").toLocaleString("en")} rows each, and by an index ${numberOf(row, "idx_scan")} times.`,
          help: "Look for filters and orderings on it that no index serves.",
          model: modelOf(expectations, table),
        };
      }),
    );
  },
};

/** An index that has more columns than this reads more pages for each of its rows: a shorter one may stay beside it. */
const widestCovering = 3;

export const needlessIndexCheck: PostgresCheck = {
  code: "QS884",
  query: `SELECT s.relname AS table, s.indexrelname AS index, s.idx_scan, pg_relation_size(s.indexrelid) AS bytes, i.indisvalid AS valid,
      i.indisunique OR i.indisprimary OR EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = s.indexrelid) AS constrains,
      EXISTS (SELECT FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = s.relid AND c.conkey[1] = i.indkey[0]) AS foreign_key,
      (SELECT ox.relname FROM pg_index o JOIN pg_class ox ON ox.oid = o.indexrelid JOIN pg_am am ON am.oid = ox.relam
        WHERE o.indrelid = i.indrelid AND o.indexrelid <> i.indexrelid AND o.indisvalid AND am.amname = 'btree' AND ox.relam = x.relam
          AND i.indexprs IS NULL AND i.indnatts = i.indnkeyatts AND o.indnkeyatts <= greatest(i.indnkeyatts, ${widestCovering})
          AND pg_get_expr(o.indpred, o.indrelid) IS NOT DISTINCT FROM pg_get_expr(i.indpred, i.indrelid)
          AND (o.indnkeyatts > i.indnkeyatts OR o.indisunique OR o.indexrelid < i.indexrelid) AND o.indnkeyatts >= i.indnkeyatts
          AND starts_with(o.indkey::text || ' ', i.indkey::text || ' ') AND starts_with(o.indclass::text || ' ', i.indclass::text || ' ')
          AND starts_with(o.indcollation::text || ' ', i.indcollation::text || ' ') AND starts_with(o.indoption::text || ' ', i.indoption::text || ' ')
        ORDER BY o.indnkeyatts, o.indexrelid LIMIT 1) AS covered_by,
      extract(epoch FROM now() - coalesce(d.stats_reset, pg_postmaster_start_time())) / 86400 AS days
    FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid JOIN pg_class x ON x.oid = s.indexrelid
      JOIN pg_stat_database d ON d.datname = current_database()
    ORDER BY bytes DESC`,
  judge(rows, expectations) {
    const days = numberOf(rows[0], "days");
    const invalid = rows.filter((row) => row.valid === false);
    const removable = rows.filter((row) => row.valid !== false && row.constrains !== true);
    const covered = removable.filter((row) => textOf(row, "covered_by") !== "");
    // They take over what the covered ones did: without both nothing would do it.
    const covering = new Set(covered.map((row) => textOf(row, "covered_by")));
    const unused = removable.filter(
      (row) =>
        numberOf(row, "idx_scan") === 0 &&
        row.foreign_key !== true &&
        !covered.includes(row) &&
        !covering.has(textOf(row, "index")),
    );
    const bytes = unused.reduce((sum, row) => sum + numberOf(row, "bytes"), 0);
    return judged(
      [
        { label: "Indexes", value: String(rows.length) },
        { label: "Never used", value: `${unused.length} (${bytesInWords(bytes)})` },
        { label: "Another index begins with all their columns", value: String(covered.length), target: "0" },
        { label: "Statistics cover", value: `${days.toFixed(0)} days`, target: "at least 14" },
      ],
      [
        ...invalid.map(
          (row): LiveFinding => ({
            level: "warning",
            message: `The index ${textOf(row, "index")} of ${textOf(row, "table")} is invalid: it costs every write, and no query may use it.`,
            help: "Making it failed once. Drop it and make it again.",
            command: `REINDEX INDEX CONCURRENTLY ${quotedName(textOf(row, "index"))}`,
            model: modelOf(expectations, textOf(row, "table")),
          }),
        ),
        ...covered.slice(0, shown).map(
          (row): LiveFinding => ({
            level: "info",
            message: `The index ${textOf(row, "index")} of ${textOf(row, "table")} (${bytesInWords(numberOf(row, "bytes"))}) is not needed: ${textOf(row, "covered_by")} begins with all its columns, and every write keeps both.`,
            help: "Remove it from the model (db_index=False, or the index in Meta), or drop it where no model declares it.",
            model: modelOf(expectations, textOf(row, "table")),
          }),
        ),
        ...(days >= 14 ? unused : []).slice(0, shown).map(
          (row): LiveFinding => ({
            level: "info",
            message: `The index ${textOf(row, "index")} of ${textOf(row, "table")} (${bytesInWords(numberOf(row, "bytes"))}) was not used in ${days.toFixed(0)} days.`,
            help: "Remove it from the model, after a look at the replicas: their statistics are their own.",
            model: modelOf(expectations, textOf(row, "table")),
          }),
        ),
      ],
    );
  },
};

function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export const vacuumCheck: PostgresCheck = {
  code: "QS888",
  query: `SELECT relname AS table, n_live_tup AS live, n_dead_tup AS dead, n_mod_since_analyze AS modified,
      extract(epoch FROM now() - greatest(last_analyze, last_autoanalyze)) / 86400 AS days_since_analyze,
      greatest(last_vacuum, last_autovacuum) IS NOT NULL AS vacuumed
    FROM pg_stat_user_tables WHERE n_live_tup + n_dead_tup > 1000 ORDER BY n_dead_tup DESC`,
  judge(rows, expectations) {
    const share = (row: Row): number =>
      numberOf(row, "dead") / Math.max(1, numberOf(row, "live") + numberOf(row, "dead"));
    const bloated = rows.filter((row) => share(row) > 0.2);
    const stale = rows.filter(
      (row) =>
        numberOf(row, "modified") > numberOf(row, "live") * 0.1 &&
        (row.days_since_analyze === null || numberOf(row, "days_since_analyze") > 7),
    );
    const [worst] = bloated;
    return judged(
      [
        { label: "Tables with more than 1,000 rows", value: String(rows.length) },
        {
          label: "Most dead rows",
          value: worst ? `${textOf(worst, "table")}: ${percent(share(worst))}` : "below 20 %",
          target: "below 20 %",
        },
      ],
      [
        ...bloated.slice(0, shown).map(
          (row): LiveFinding => ({
            level: "info",
            message: `${percent(share(row))} of ${textOf(row, "table")} are dead rows, ${numberOf(row, "dead").toLocaleString("en")} of them${row.vacuumed === true ? "" : "; it was never vacuumed"}: every scan reads them too.`,
            help: "Look for transactions that stay open, and let autovacuum come earlier for this table.",
            command: `ALTER TABLE ${quotedName(textOf(row, "table"))} SET (autovacuum_vacuum_scale_factor = 0.05)`,
            model: modelOf(expectations, textOf(row, "table")),
          }),
        ),
        ...stale.slice(0, shown).map(
          (row): LiveFinding => ({
            level: "info",
            message: `${textOf(row, "table")} has changed by ${numberOf(row, "modified").toLocaleString("en")} rows since its statistics were taken: plans are made for another table.`,
            help: "Take them anew.",
            command: `ANALYZE ${quotedName(textOf(row, "table"))}`,
            model: modelOf(expectations, textOf(row, "table")),
          }),
        ),
      ],
    );
  },
};

export const statementsCheck: PostgresCheck = {
  code: "QS885",
  absent:
    "The extension pg_stat_statements is not there: add it to shared_preload_libraries, and CREATE EXTENSION pg_stat_statements.",
  // PostgreSQL 12 has other names for the times.
  query: `SELECT query, calls, total, mean, rows, total / nullif(sum(total) OVER (), 0) AS share
    FROM (SELECT query, calls, rows,
        coalesce(to_jsonb(s) ->> 'total_exec_time', to_jsonb(s) ->> 'total_time')::float8 AS total,
        coalesce(to_jsonb(s) ->> 'mean_exec_time', to_jsonb(s) ->> 'mean_time')::float8 AS mean
      FROM pg_stat_statements s WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())) timed
    WHERE query NOT LIKE '%pg_stat_%' AND query NOT LIKE '%pg_catalog%'
    ORDER BY total DESC LIMIT 20`,
  judge(rows) {
    if (rows.length === 0) return skipped("No statement of this database has been counted yet.");
    const visible = rows.filter((row) => textOf(row, "query") !== "<insufficient privilege>");
    if (visible.length < rows.length / 2)
      return skipped(
        "The role may not see statements of others: GRANT pg_read_all_stats gives it the right.",
      );
    return judged(
      visible.map((row) => ({
        label: shortened(textOf(row, "query")),
        value: `${percent(numberOf(row, "share"))} of the time, ${numberOf(row, "calls").toLocaleString("en")} calls of ${numberOf(row, "mean").toFixed(1)} ms`,
      })),
      visible.map((row) =>
        numberOf(row, "mean") > 100 && numberOf(row, "calls") > 1
          ? {
              level: "info",
              message: `A statement takes ${numberOf(row, "mean").toFixed(0)} ms each of ${numberOf(row, "calls").toLocaleString("en")} times: ${shortened(textOf(row, "query"))}`,
              help: "Look at its plan: queryscope explain at the queryset that sends it.",
            }
          : undefined,
      ),
    );
  },
};

/** Literals are parameters in the view, except in statements that it does not take apart. */
function shortened(query: string): string {
  const line = query
    .replace(/'(?:[^']|'')*'/g, "'…'")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

export const schemaDriftCheck: PostgresCheck = {
  code: "QS889",
  query: `SELECT 'index' AS kind, t.relname AS table, x.relname AS name FROM pg_index i
      JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
    UNION ALL
    SELECT 'unvalidated', c.conrelid::regclass::text, c.conname FROM pg_constraint c WHERE NOT c.convalidated
    UNION ALL
    SELECT 'foreign key', t.relname, a.attname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
      WHERE c.contype = 'f' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])`,
  judge(rows, expectations) {
    const of = (kind: string) => rows.filter((row) => textOf(row, "kind") === kind);
    const indexes = new Set(of("index").map((row) => textOf(row, "name")));
    const present = new Set(of("index").map((row) => textOf(row, "table")));
    const missing = expectations.tables
      .filter(({ name }) => present.has(name))
      .flatMap(({ name, model, indexes: declared }) =>
        declared.filter((index) => !indexes.has(index)).map((index) => ({ table: name, model, index })),
      );
    return judged(
      [
        { label: "Indexes", value: String(indexes.size) },
        { label: "Declared and missing", value: String(missing.length), target: "0" },
        { label: "Foreign keys without an index", value: String(of("foreign key").length), target: "0" },
        {
          label: "Constraints that were never validated",
          value: String(of("unvalidated").length),
          target: "0",
        },
      ],
      [
        ...missing.map(
          ({ table, model, index }): LiveFinding => ({
            level: "warning",
            message: `The model declares the index ${index}, and ${table} does not have it.`,
            help: "Apply the migrations, or make the one that is missing.",
            model,
          }),
        ),
        ...of("foreign key")
          .slice(0, shown)
          .map(
            (row): LiveFinding => ({
              level: "info",
              message: `The foreign key ${textOf(row, "table")}.${textOf(row, "name")} has no index: deleting what it refers to reads the whole table.`,
              help: "Remove db_index=False, or add an index that begins with the column.",
              model: modelOf(expectations, textOf(row, "table")),
            }),
          ),
        ...of("unvalidated").map(
          (row): LiveFinding => ({
            level: "info",
            message: `The constraint ${textOf(row, "name")} of ${textOf(row, "table")} was never validated: older rows may break it, and the planner may not rely on it.`,
            help: "Validate it; reads and writes go on meanwhile.",
            command: `ALTER TABLE ${textOf(row, "table")} VALIDATE CONSTRAINT ${quotedName(textOf(row, "name"))}`,
            model: modelOf(expectations, textOf(row, "table")),
          }),
        ),
      ],
    );
  },
};
