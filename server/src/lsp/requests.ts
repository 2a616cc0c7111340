import { type CancellationToken, ErrorCodes, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import type { z } from "zod";
import { CancelledError } from "../base/cancellation.ts";
import { describeError } from "./connection-logger.ts";
import type { ServerContext } from "./server-context.ts";

type Handler<Params, Result> = (params: Params, token: CancellationToken) => Result | Promise<Result>;

/** Answers a request with the handler's result, or with the error that the protocol has for its failure. */
export function answering<Params, Result>(
  { lifecycle, logger }: Pick<ServerContext, "lifecycle" | "logger">,
  method: string,
  handler: Handler<Params, Result>,
): (params: Params, token: CancellationToken) => Promise<Result | ResponseError<never>> {
  return async (params, token) => {
    if (lifecycle.shutDown)
      return new ResponseError(ErrorCodes.InvalidRequest, `${method} came after shutdown`);
    try {
      return await handler(params, token);
    } catch (error) {
      if (token.isCancellationRequested)
        return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
      if (error instanceof RequestError) return new ResponseError(error.code, error.message);
      // A folder was closed while the request waited; asking again is right if the client still cares.
      if (error instanceof CancelledError)
        return new ResponseError(LSPErrorCodes.ServerCancelled, "cancelled by the server");
      logger.error(`${method}: ${describeError(error)}`);
      return new ResponseError(
        ErrorCodes.InternalError,
        error instanceof Error ? error.message : String(error),
      );
    }
  };
}

/** Thrown by a handler to answer with an error of the protocol. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The only argument of a command.
 * @throws RequestError where it is not what the command takes
 */
export function commandArgument<Value>(
  command: string,
  schema: z.ZodType<Value>,
  given: readonly unknown[] | undefined,
): Value {
  const parsed = schema.safeParse(given?.[0]);
  if (!parsed.success) throw new RequestError(ErrorCodes.InvalidParams, `${command}: wrong arguments`);
  return parsed.data;
}

export function contentModified(): RequestError {
  return new RequestError(LSPErrorCodes.ContentModified, "the document has changed");
}
