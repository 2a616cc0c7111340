/** The rules as they are asked with every keystroke: whatever looks at a whole project takes too long then. */
import type { DjangoProject } from "../django/project.ts";
import { onlyModules } from "../python/create-program.ts";
import type { Module } from "../python/symbols.ts";
import type { Finding } from "../rules/finding.ts";
import type { Rule } from "../rules/rule.ts";
import type { RuleContext } from "../rules/rule-context.ts";
import { runRules } from "../rules/run-rules.ts";

export interface PreviewScope {
  /** In which a function is typed. */
  readonly module: Module;
  /** The project as it was last analysed. */
  readonly whole: DjangoProject;
}

/** Indexes and settings: they are about declarations, of which typing in the body of a function changes nothing. */
const aboutDeclarations = /^QS[58]/;

/**
 * What the rules say of the facts of a few functions. To rules that look through the modules of the project, the one in
 * which is typed is all there is: what others hold against it or for it, the next whole analysis says.
 */
export function runPreviewRules(
  context: RuleContext,
  rules: readonly Rule[],
  { module, whole }: PreviewScope,
): readonly Finding[] {
  const { project } = context;
  const narrowed = { ...project, program: onlyModules(project.program, [module]) };
  const asked = rules.filter(({ code }) => !aboutDeclarations.test(code));
  return runRules({ ...context, project: narrowed }, asked, whole).findings;
}
