/** Brings together the text as it is typed and the last analysis, which is of an earlier text. */

import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import { createTextShift } from "../base/text-shift.ts";
import type { Analysis } from "../program/workspace.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { type Code, type QuerysetSource, rowsOf } from "./lookups/code.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * The file as it is typed, with names resolved by the last analysis.
 * @returns undefined for a file that belonged to no project when it was analysed
 */
export function liveCode({ analysis }: Snapshot, file: SourceFile): Code | undefined {
  for (const project of analysis.projects) {
    const module = project.program.moduleOfFile(file.path);
    if (module === undefined) continue;
    const shift = createTextShift(module.file.text, file.text);
    return {
      project,
      module,
      file,
      known: ({ argumentsRange }) => {
        const before = shift.toOld(argumentsRange.start);
        return before === undefined ? undefined : knownQuerysets(analysis, file.path).get(before);
      },
    };
  }
  return undefined;
}

type KnownQuerysets = ReadonlyMap<number, QuerysetSource>;

const known = new AnswersOf<Analysis, Map<string, KnownQuerysets>>();

/** What methods are called on, by the place of the call's opening parenthesis. */
function knownQuerysets(analysis: Analysis, path: string): KnownQuerysets {
  const byPath = remembered(known, analysis, () => new Map<string, KnownQuerysets>());
  return remembered(byPath, path, () => {
    const querysets = new Map<number, QuerysetSource>();
    for (const fact of analysis.facts(path)) {
      if (fact.kind !== "querysetCall" || fact.location.path !== path) continue;
      const { model, annotations } = fact.queryset;
      querysets.set(fact.call.argumentsRange.start, rowsOf(model, annotations));
    }
    return querysets;
  });
}
