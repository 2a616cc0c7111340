/** Where the repository is, and how its scripts speak. Only Node's own modules: runs before anything is installed. */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Absolute path of the repository, with a separator at its end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Absolute path of something in the repository.
 * @param {string} relative path with `/`
 */
export const inRepository = (relative) =>
  fileURLToPath(new URL(`../../${encodeURI(relative)}`, import.meta.url));

/**
 * Says what is being done. Standard output belongs to results.
 * @param {string} message
 */
export function say(message) {
  process.stderr.write(`queryscope: ${message}\n`);
}

/** Something that the reader can act on: shown as one sentence, without a stack trace. */
export class Refusal extends Error {}

/**
 * Runs a script's main function; its result is the exit status. A {@link Refusal} is told in one sentence.
 * @param {() => Promise<number | void>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (error instanceof Refusal) say(error.message);
    else console.error(error);
    process.exitCode = 2;
  }
}

/**
 * Whether a module is the one that was started, not one that is imported by another.
 * @param {ImportMeta} meta
 */
export const isMain = (meta) =>
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(meta.url);
