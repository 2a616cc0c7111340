/** Variables of the environment, as far as the circumstances tell in which settings are evaluated. */
import type { Evaluator } from "./evaluation.ts";

/** Null where the variable is not set; undefined where that is not known, or not which variable is meant. */
export function variableText(
  { context: { execution } }: Evaluator,
  variable: string | undefined,
): string | null | undefined {
  return variable === undefined ? undefined : execution?.variable(variable);
}

/** Whether a variable has some text that is not known, so that what stands for a missing one does not apply. */
export function isSetElsewhere({ context: { execution } }: Evaluator, variable: string | undefined): boolean {
  return variable !== undefined && execution?.isSetElsewhere(variable) === true;
}
