/** Thrown when the program contradicts itself: always a defect of Queryscope, never of the analysed project. */
class InvariantError extends Error {
  override readonly name = "InvariantError";
}

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** The `default` branch of an exhaustive switch: the type checker rejects a forgotten case. */
export function unreachable(value: never): never {
  throw new InvariantError(`unexpected value: ${JSON.stringify(value)}`);
}
