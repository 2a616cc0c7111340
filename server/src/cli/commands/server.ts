import { type OptionSpecifications, parseArguments } from "../arguments.ts";
import type { CliEnvironment } from "../environment.ts";
import { UsageError } from "../usage-error.ts";

export const serverOptions = {
  stdio: { kind: "flag", description: "Speak on standard input and output" },
} as const satisfies OptionSpecifications;

/** `queryscope server --stdio`: the language server. */
export async function runServer(args: readonly string[], environment: CliEnvironment): Promise<number> {
  // Editors add the process to watch: `--clientProcessId=1234`. The protocol says it again.
  const own = args.filter((argument) => !/^--clientProcessId(=|$)/.test(argument));
  const { options, positionals } = parseArguments(own, serverOptions);
  if (positionals.length > 0) throw new UsageError("server takes no paths");
  if (!options.stdio)
    throw new UsageError("server speaks on standard input and output only: queryscope server --stdio");
  await environment.startServer();
  return 0;
}
