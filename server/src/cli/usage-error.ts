/** A mistake of whoever called: wrong arguments, a missing file, a configuration that cannot be read. Exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
