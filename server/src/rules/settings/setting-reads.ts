import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { RuleContext } from "../rule-context.ts";

const readNames = new AnswersOf<PythonProgram, Map<string, { readonly isRead: boolean }>>();

/** Whether some code of the project reads a setting by its name, other than to assign it. */
export function nameIsRead({ project: { program } }: RuleContext, name: string): boolean {
  const known = remembered(readNames, program, () => new Map<string, { readonly isRead: boolean }>());
  return remembered(known, name, () => {
    const assigned = new RegExp(`^[ \\t]*${name}\\s*(:[^=\\n]+)?=(?!=)`, "gm");
    const mentioned = new RegExp(`(?<!["'\\w])${name}(?!["'\\w])|settings,\\s*["']${name}["']`, "g");
    const isRead = program.modules.some(({ firstParty, file: { text } }) => {
      if (!firstParty || !text.includes(name)) return false;
      const uses = text.replace(/#.*/g, "").match(mentioned)?.length ?? 0;
      return uses > (text.match(assigned)?.length ?? 0);
    });
    return { isRead };
  }).isRead;
}
