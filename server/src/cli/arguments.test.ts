import { describe, expect, it } from "vitest";
import { type OptionSpecifications, parseArguments } from "./arguments.ts";

const specifications = {
  fix: { kind: "flag", description: "" },
  quiet: { kind: "flag", short: "q", description: "" },
  select: { kind: "list", placeholder: "RULES", description: "" },
  threads: { kind: "number", placeholder: "N", description: "" },
  "output-file": { kind: "value", placeholder: "FILE", description: "" },
  color: { kind: "choice", choices: ["auto", "always", "never"], description: "" },
} as const satisfies OptionSpecifications;

const parse = (...args: string[]) => parseArguments(args, specifications);

describe("parseArguments", () => {
  it("reads flags, values, lists and paths in any order", () => {
    expect(
      parse("shop", "--fix", "--select=QS1,QS301", "-q", "--select", "QS5", "--threads", "2", "--", "--odd"),
    ).toEqual({
      options: {
        fix: true,
        quiet: true,
        select: ["QS1", "QS301", "QS5"],
        threads: 2,
        "output-file": undefined,
        color: undefined,
      },
      positionals: ["shop", "--odd"],
    });
  });

  it("takes the last of a value that is given twice", () => {
    expect(parse("--color", "auto", "--color=never").options.color).toBe("never");
  });

  it.each([
    [["--fx"], "unknown option --fx; did you mean --fix?"],
    [["--selct", "QS1"], "unknown option --selct; did you mean --select?"],
    [["--frobnicate"], "unknown option --frobnicate"],
    [["-x"], "unknown option -x"],
    [["--constructor"], "unknown option --constructor"],
    [["--fix=yes"], "--fix takes no value"],
    [["--output-file"], "--output-file needs a value: --output-file FILE"],
    [["--output-file", "--fix"], "--output-file needs a value: --output-file FILE"],
    [["--color", "nevr"], '--color must be one of auto, always, never, not "nevr"; did you mean never?'],
    [["--threads", "0"], '--threads must be a whole number from 1, not "0"'],
    [["--threads", "two"], '--threads must be a whole number from 1, not "two"'],
  ])("explains %j", (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});
