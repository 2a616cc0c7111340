/** Names bound by unpacking: `Manager, QuerySet = get_classes("shop.managers", ["Manager", "QuerySet"])`. */
import { AnswersOf } from "../base/answers-of.ts";
import type { Module } from "../python/symbols.ts";
import type { Expression, Statement } from "../syntax/ast.ts";

export interface UnpackedName {
  readonly value: Expression;
  /** Position of the name among the targets. */
  readonly index: number;
}

const namesOfModule = new AnswersOf<Module, ReadonlyMap<string, UnpackedName>>();

/** Names of a module's top level that are elements of a value that is no tuple display. The last binding counts. */
export function unpackedNames(module: Module): ReadonlyMap<string, UnpackedName> {
  const found = namesOfModule.get(module);
  if (found) return found;
  const names = new Map<string, UnpackedName>();
  collect(module.file.tree.body, names);
  namesOfModule.set(module, names);
  return names;
}

function collect(statements: readonly Statement[], names: Map<string, UnpackedName>): void {
  for (const statement of statements) {
    switch (statement.kind) {
      case "Assign":
        for (const target of statement.targets) {
          if (target.kind !== "TupleLiteral" && target.kind !== "ListLiteral") continue;
          target.elements.forEach((element, index) => {
            if (element.kind === "Name") names.set(element.name, { value: statement.value, index });
          });
        }
        break;
      case "If":
        collect(statement.body, names);
        collect(statement.orElse, names);
        break;
      case "Try":
        collect(statement.body, names);
        for (const handler of statement.handlers) collect(handler.body, names);
        break;
      default:
        break;
    }
  }
}
