/** Asked between units of work; the shape of LSP's token, so that one can be passed through. */
export interface CancellationToken {
  readonly isCancellationRequested: boolean;
}

export class CancelledError extends Error {
  override readonly name = "CancelledError";
}

export const neverCancelled: CancellationToken = { isCancellationRequested: false };

/** @throws CancelledError when the token asks for it. */
export function throwIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new CancelledError("cancelled");
}
