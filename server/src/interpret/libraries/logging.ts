/** Messages of Python's `logging`, which contain the texts of the rows that they are given. */
import { unknown } from "../../queryset/join.ts";
import type { LibraryFunction } from "../consumer.ts";

/** Not `debug`: what is not logged is not turned into text. */
const levels = ["info", "warning", "error", "critical", "exception"] as const;

const log: LibraryFunction = (interpreter, args, node) => {
  for (const [index, value] of args.positional.entries()) {
    if (index > 0) interpreter.str(value, node.arguments[index] ?? node);
  }
  return unknown;
};

export const loggingFunctions: Readonly<Record<string, LibraryFunction>> = {
  "logging.getLogger": () => ({ kind: "external", name: "logging.Logger" }),
  ...Object.fromEntries(
    levels.flatMap((level) => [
      [`logging.${level}`, log],
      [`logging.Logger.${level}`, log],
    ]),
  ),
};
