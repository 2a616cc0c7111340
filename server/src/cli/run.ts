import { nearest } from "../lint/selection.ts";
import { didYouMean } from "./arguments.ts";
import { absolutePath } from "./check/working-folder.ts";
import { type Command, commands } from "./commands.ts";
import type { CliEnvironment } from "./environment.ts";
import { formatCommandHelp, formatHelp } from "./help.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Runs the command line. Never throws: a wrong call is explained in one sentence, an error of Queryscope itself comes
 * with its trace.
 * @param args without the program's name
 * @returns the exit status: 0, 1 for findings, 2 for an error
 */
export async function runCommandLine(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const { stderr } = environment;
  try {
    return await dispatch(args, environment);
  } catch (error) {
    if (error instanceof UsageError) {
      stderr.write(`queryscope: ${error.message}\n`);
    } else {
      const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
      stderr.write(`queryscope: internal error, please report it with these lines\n${trace}\n`);
    }
    return 2;
  }
}

async function dispatch(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined) {
    environment.stderr.write(formatHelp(commands));
    return 2;
  }
  if (first === "--version" || first === "-V") {
    environment.stdout.write(`queryscope ${environment.version}\n`);
    return 0;
  }
  if (first === "--help" || first === "-h" || first === "help") {
    return help(rest[0], environment);
  }
  const command = commandNamed(first, environment);
  return asksForHelp(rest) ? help(command.name, environment) : command.run(rest, environment);
}

/** `-h` before `--`, behind which everything is a path. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((argument) => argument === "--help" || argument === "-h");
}

function help(name: string | undefined, environment: CliEnvironment): number {
  if (name === undefined) {
    environment.stdout.write(formatHelp(commands));
    return 0;
  }
  const command = commandNamed(name, environment);
  environment.stdout.write(formatCommandHelp(command));
  return 0;
}

function commandNamed(name: string, { files, workingFolder }: CliEnvironment): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  if (name.startsWith("-")) throw new UsageError(`${name} belongs after a command: queryscope check ${name}`);
  if (files.stat(absolutePath(name, workingFolder)) !== undefined) {
    throw new UsageError(`"${name}" is a path, not a command: queryscope check ${name}`);
  }
  const suggestion = nearest(
    name,
    commands.map((candidate) => candidate.name),
  );
  throw new UsageError(`unknown command "${name}"${didYouMean(suggestion)}`);
}
