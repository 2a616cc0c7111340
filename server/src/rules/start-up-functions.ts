/** Functions that run when a process starts or a migration is done: beside requests and tasks, and not over and over. */
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import type { DjangoProject } from "../django/project.ts";
import { readyMethods, signalReceivers } from "../django/signal-receivers.ts";
import type { PythonProgram } from "../python/program.ts";
import type { FunctionSymbol, Module } from "../python/symbols.ts";
import { mentions } from "../syntax/mentions.ts";
import { callsLibrary } from "./calls-library.ts";

const known = new AnswersOf<PythonProgram, ReadonlySet<string>>();

/** Their dotted names: receivers of `pre_migrate` and `post_migrate`, `AppConfig.ready()`, scripts and their functions. */
export function startUpFunctions({ program, models }: DjangoProject): ReadonlySet<string> {
  return remembered(known, program, () => {
    const receivers = signalReceivers(program, models).all.filter(({ signal }) =>
      /(?:^|\.)(?:pre|post)_migrate$/.test(signal),
    );
    const scripts = program.modules.filter((module) => isScript(program, module));
    const symbols: readonly (FunctionSymbol | undefined)[] = [
      ...receivers.map(({ function: receiver }) => receiver),
      ...program.modules.flatMap((module) => readyMethods(program, module)),
      ...scripts.flatMap((module) => program.functions(module)),
    ];
    return new Set([
      // What stands outside of functions: `if __name__ == "__main__": main()`.
      ...scripts.map(({ name }) => name),
      ...symbols.flatMap((symbol) => (symbol ? [`${symbol.module.name}.${symbol.qualifiedName}`] : [])),
    ]);
  });
}

/** A module that sets Django up runs on its own: in a server, Django is set up before any module of an application. */
function isScript(program: PythonProgram, module: Module): boolean {
  return (
    mentions(module.file, /\bsetup\(/) && callsLibrary(program, module, module.file.tree, /^django\.setup$/)
  );
}
