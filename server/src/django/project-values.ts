/** Values of expressions anywhere in a project, as far as they follow from constants and settings. */
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import type { Module } from "../python/symbols.ts";
import type { Expression } from "../syntax/ast.ts";
import type { Evaluator } from "./evaluation.ts";
import type { DjangoProject } from "./project.ts";
import { createEvaluator } from "./static-evaluator.ts";
import type { StaticValue } from "./static-value.ts";

const evaluators = new AnswersOf<DjangoProject, Evaluator>();

export function staticValueOf(project: DjangoProject, module: Module, node: Expression): StaticValue {
  const evaluator = remembered(evaluators, project, () =>
    createEvaluator({
      program: project.program,
      setting: (name) => project.settings.evaluateSetting(name),
      userModelLabel: () => undefined,
      bodyRead: () => {},
      loadClass: () => undefined,
    }),
  );
  return evaluator.evaluate(node, { module, owner: undefined });
}
