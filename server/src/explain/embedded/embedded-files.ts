/** What the build puts into one folder for the embedded PostgreSQL, beside PGlite's own files. */
import extensions from "./extensions.json" with { type: "json" };

/** The version in `@electric-sql/pglite`; a test compares it with what the database itself says. */
export const embeddedServer = { number: 180_006, text: "18.6" } as const;

/** Extensions that exist in the baked data directory, and whose code is loaded with it. */
export const embeddedExtensions: readonly string[] = extensions;

export const embeddedFiles = {
  /** Runs in a worker thread. */
  program: "postgres-worker.cjs",
  /** PGlite's PostgreSQL. */
  postgres: "pglite.wasm",
  /** A data directory in which the extensions are created: a tar archive, compressed with Brotli. */
  dataDirectory: "data-directory.tar.br",
  extension: (name: string): string => `${name}.tar.gz`,
} as const;
