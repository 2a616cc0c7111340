/**
 * Bakes the data directory from which the embedded PostgreSQL starts: `initdb` takes five times as long as all the
 * rest. It belongs to one version of PGlite.
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { inRepository } from "./support/repository.mjs";

/**
 * @param {string} pglite the package's `dist` folder, relative to the repository
 * @param {readonly string[]} extensions are created in it
 * @param {string} output relative to the repository
 */
export async function bakeDataDirectory(pglite, extensions, output) {
  const { PGlite } = await import("@electric-sql/pglite");
  const bundleOf = (/** @type {string} */ name) => pathToFileURL(inRepository(`${pglite}/${name}.tar.gz`));
  const database = await PGlite.create({
    initDbStartParams: [
      "--no-sync",
      "--wal-segsize=1",
      "--encoding=UTF8",
      // Like most servers, and unlike C: patterns need an index of their own operator class.
      "--locale=en_US.UTF-8",
    ],
    extensions: Object.fromEntries(
      extensions.map((name) => [name, { name, setup: async () => ({ bundlePath: bundleOf(name) }) }]),
    ),
  });
  await database.exec(`
    ALTER DATABASE template0 IS_TEMPLATE false;
    ALTER DATABASE template1 IS_TEMPLATE false;
  `);
  // Each of these has to be alone.
  const statements = [
    "DROP DATABASE template0",
    "DROP DATABASE template1",
    ...extensions.map((name) => `CREATE EXTENSION ${name}`),
    "VACUUM FULL",
    "VACUUM FREEZE",
    "CHECKPOINT",
  ];
  for (const statement of statements) await database.exec(statement);
  const archive = Buffer.from(await (await database.dumpDataDir("none")).arrayBuffer());
  await database.close();
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: archive.length,
  };
  writeFileSync(inRepository(output), brotliCompressSync(archive, { params }));
}
