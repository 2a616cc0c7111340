/** The folder in which results are kept from one run to the next. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface CacheFolder {
  /** Absolute. */
  readonly path: string;
  /** What is kept under a name. Never throws. */
  read(name: string): CachedBytes;
  /** @returns why it could not be kept; undefined when it was. Never throws. */
  write(name: string, bytes: Uint8Array): string | undefined;
}

export type CachedBytes =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly reason: string };

export interface CacheLimits {
  /** Bytes of all entries together. */
  readonly size: number;
  /** Milliseconds since an entry was used last. */
  readonly age: number;
}

const defaultLimits: CacheLimits = { size: 100 * 1024 * 1024, age: 30 * 24 * 60 * 60 * 1000 };

export interface PlaceOfCache {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly home: string;
}

/**
 * Where the platform keeps what can be made again; `QUERYSCOPE_CACHE_DIR` names another place. It lies outside of the
 * project: a repository must not bring results, and with them edits, of its own.
 */
export function cacheFolderPath({ variables, platform, home }: PlaceOfCache): string {
  const chosen = variables.QUERYSCOPE_CACHE_DIR;
  if (chosen) return chosen;
  switch (platform) {
    case "win32":
      return join(variables.LOCALAPPDATA || join(home, "AppData", "Local"), "queryscope", "Cache");
    case "darwin":
      return join(home, "Library", "Caches", "queryscope");
    default: {
      // The specification of XDG: relative paths are to be ignored.
      const named = variables.XDG_CACHE_HOME;
      return join(named?.startsWith("/") ? named : join(home, ".cache"), "queryscope");
    }
  }
}

/** The place for whoever runs this process. */
export function userCacheFolder(): string {
  return cacheFolderPath({ variables: process.env, platform: process.platform, home: homedir() });
}

const extension = ".result";

/** Tells backups to leave the folder out: https://bford.info/cachedir/ */
const tag =
  "Signature: 8a477f597d28d172789f06886806bc55\n# This folder holds results of Queryscope. It can be deleted.\n";

export function createCacheFolder(path: string, limits: CacheLimits = defaultLimits): CacheFolder {
  return {
    path,
    read(name) {
      const file = join(path, name + extension);
      try {
        const { uid, size } = statSync(file);
        if (process.getuid !== undefined && uid !== process.getuid()) {
          return { kind: "refused", reason: "it belongs to another user" };
        }
        if (size > limits.size)
          return { kind: "refused", reason: "it is larger than the whole cache may be" };
        const bytes = readFileSync(file);
        const now = new Date();
        utimesSync(file, now, now);
        return { kind: "bytes", bytes };
      } catch (error) {
        return isMissing(error) ? { kind: "missing" } : { kind: "refused", reason: reasonOf(error) };
      }
    },
    write(name, bytes) {
      if (bytes.length > limits.size) return "it is larger than the whole cache may be";
      const temporary = join(path, `${name}.${process.pid}.${Date.now()}.tmp`);
      try {
        mkdirSync(path, { recursive: true, mode: 0o700 });
        writeFileSync(join(path, "CACHEDIR.TAG"), tag);
        writeFileSync(temporary, bytes, { mode: 0o600, flag: "wx" });
        chmodSync(temporary, 0o600);
        renameSync(temporary, join(path, name + extension));
        removeOld(path, limits);
        return undefined;
      } catch (error) {
        removeQuietly(temporary);
        return reasonOf(error);
      }
    },
  };
}

/** Removes what was not used for long, then what was used longest ago, until the rest is small enough. */
function removeOld(folder: string, limits: CacheLimits): void {
  const now = Date.now();
  const entries = readdirSync(folder)
    .filter((name) => name.endsWith(extension) || name.endsWith(".tmp"))
    .flatMap((name) => {
      const file = join(folder, name);
      const stats = statSync(file, { throwIfNoEntry: false });
      return stats === undefined ? [] : [{ file, size: stats.size, used: stats.mtimeMs }];
    })
    .sort((first, second) => second.used - first.used);
  let total = 0;
  for (const { file, size, used } of entries) {
    total += size;
    if (total > limits.size || now - used > limits.age) removeQuietly(file);
  }
}

/** Another run may have removed it already, and a file that stays does no harm. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // See above.
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
