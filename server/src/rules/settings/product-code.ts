/** What the product itself runs: neither its tests nor copies of libraries that lie in its folder. */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import { isTestPath } from "../../python/test-paths.ts";

const copies = /(^|\/)(dist|vendor|vendored|_vendor|third_party|site-packages)\//;

const known = new AnswersOf<PythonProgram, readonly Module[]>();

export function productModules(program: PythonProgram): readonly Module[] {
  return remembered(known, program, () =>
    program.modules.filter(
      ({ firstParty, file: { path } }) => firstParty && !isTestPath(path) && !copies.test(path),
    ),
  );
}
