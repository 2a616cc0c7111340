/** Keeps the result of a check as long as everything that it was derived from stays what it was. */
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod";
import type { CacheFolder } from "../../platform/cache-folder.ts";
import type { FileSystem } from "../../platform/file-system.ts";
import { compareReads, type RecordedRead } from "../../platform/recorded-reads.ts";

export interface ResultCache<Result> {
  /** The result that is kept, if it would be the same now. */
  read(files: FileSystem): CacheAnswer<Result>;
  /** @returns why it could not be kept; undefined when it was. */
  write(reads: readonly RecordedRead[], result: Result): string | undefined;
}

export type CacheAnswer<Result> =
  | { readonly kind: "hit"; readonly result: Result }
  | { readonly kind: "miss"; readonly reason: string };

/** Bytes of one entry when it is unpacked. */
const largestEntry = 512 * 1024 * 1024;

const entrySchema = z.object({
  key: z.string(),
  reads: z.array(
    z.object({
      operation: z.enum(["text", "folder", "type", "realPath"]),
      path: z.string(),
      answer: z.string(),
      identity: z.string().optional(),
    }),
  ),
  result: z.unknown(),
});

/**
 * @param input what the result depends on besides files, as plain data: the build of the program first of all, which
 * also says of what shape a result is
 */
export function createResultCache<Result>(folder: CacheFolder, input: unknown): ResultCache<Result> {
  const key = createHash("sha256").update(JSON.stringify(input)).digest("hex");
  const write = (reads: readonly RecordedRead[], result: Result): string | undefined =>
    folder.write(key, gzipSync(JSON.stringify({ key, reads, result }), { level: 1 }));
  return {
    read(files) {
      const kept = folder.read(key);
      if (kept.kind === "missing") return { kind: "miss", reason: "nothing is kept for this call" };
      if (kept.kind === "refused")
        return { kind: "miss", reason: `the kept result is not used: ${kept.reason}` };
      const entry = parseEntry(kept.bytes);
      if (entry?.key !== key) return { kind: "miss", reason: "the kept result is damaged" };
      const comparison = compareReads(entry.reads, files);
      if (comparison.kind === "changed") return { kind: "miss", reason: `${comparison.path} changed` };
      const result = entry.result as Result;
      // So that the next run need not read the files whose time alone changed. It runs as well when this fails.
      if (comparison.reads.some(({ identity }, index) => identity !== entry.reads[index]?.identity)) {
        write(comparison.reads, result);
      }
      return { kind: "hit", result };
    },
    write,
  };
}

/** Undefined for what this version did not write: gzip's checksum tells damage. */
function parseEntry(bytes: Uint8Array): z.output<typeof entrySchema> | undefined {
  try {
    const text = gunzipSync(bytes, { maxOutputLength: largestEntry }).toString();
    return entrySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
