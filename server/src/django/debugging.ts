import type { Expression } from "../syntax/ast.ts";

/** `settings.DEBUG`, `logger.isEnabledFor(…)`: what runs only where the test holds does not run in production. */
export function asksForDebugging(test: Expression): boolean {
  switch (test.kind) {
    case "Name":
      return test.name === "DEBUG";
    case "Attribute":
      return test.attribute.name === "DEBUG";
    case "Call":
      return test.function.kind === "Attribute" && test.function.attribute.name === "isEnabledFor";
    case "BooleanOperation":
      return test.operator === "and" && test.values.some(asksForDebugging);
    default:
      return false;
  }
}
