/** What the methods of a class assign to the attributes of their own object. */
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import type { Interpreter } from "../interpret/interpreter.ts";
import type { ClassSymbol, FunctionSymbol } from "../python/symbols.ts";
import type { Expression } from "../syntax/ast.ts";
import { forEachBlockStatement } from "../syntax/statement-walk.ts";

/** By the name of the attribute. Undefined stands for a value that is not written out: `self.count += 1`. */
export type SelfAssignments = ReadonlyMap<string, readonly (Expression | undefined)[]>;

const known = new AnswersOf<Interpreter, Map<ClassSymbol, SelfAssignments>>();

/** Assignments of all methods but the constructors, those of base classes included. */
export function assignedLater(interpreter: Interpreter, symbol: ClassSymbol): SelfAssignments {
  const ofClasses = remembered(known, interpreter, () => new Map<ClassSymbol, SelfAssignments>());
  return remembered(ofClasses, symbol, () => findAssignments(interpreter, symbol));
}

function findAssignments({ program }: Interpreter, symbol: ClassSymbol): SelfAssignments {
  const assignments = new Map<string, (Expression | undefined)[]>();
  for (const entry of program.mro(symbol)) {
    if (entry.kind !== "class") continue;
    for (const [name, member] of program.members(entry)) {
      if (member.kind === "function" && name !== "__init__") addAssigned(member, assignments);
    }
  }
  return assignments;
}

function addAssigned({ node }: FunctionSymbol, assignments: Map<string, (Expression | undefined)[]>): void {
  const self = node.parameters[0]?.name;
  forEachBlockStatement(node.body, (statement) => {
    const targets =
      statement.kind === "Assign"
        ? statement.targets
        : statement.kind === "AugAssign" || statement.kind === "AnnAssign"
          ? [statement.target]
          : [];
    const value =
      statement.kind === "Assign" || statement.kind === "AnnAssign"
        ? (statement.value ?? undefined)
        : undefined;
    for (const target of targets) {
      if (target.kind !== "Attribute" || target.value.kind !== "Name" || target.value.name !== self) continue;
      const values = assignments.get(target.attribute.name);
      if (values) values.push(value);
      else assignments.set(target.attribute.name, [value]);
    }
  });
}
