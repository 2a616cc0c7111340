import type { TextRange } from "../base/text-range.ts";
import { textOf } from "../python/name-definition.ts";
import { definitionOf } from "../python/name-scopes.ts";
import type { Expression } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { walkExpressions } from "../syntax/walk.ts";

/** A step by which a queryset is made: a method with its arguments, or a slice. */
export interface QuerysetCall {
  /** Of the method or function; `[]` for a slice. */
  readonly name: string;
  /** From the name on. */
  readonly range: TextRange;
  /** Source text of the range. */
  readonly text: string;
}

/** The calls in an expression and in what its names are defined by, in the order of the text. */
export function querysetCalls(file: SourceFile, expression: Expression): readonly QuerysetCall[] {
  const calls: QuerysetCall[] = [];
  const seen = new Set<number>();
  const add = (name: string, range: TextRange) => calls.push({ name, range, text: textOf(file, range) });
  const visit = (root: Expression): void =>
    walkExpressions(root, (part) => {
      switch (part.kind) {
        case "Call": {
          const { function: called, end } = part;
          if (called.kind === "Attribute") add(called.attribute.name, { start: called.attribute.start, end });
          else if (called.kind === "Name") add(called.name, { start: called.start, end });
          return undefined;
        }
        case "Subscript":
          if (part.index.kind === "Slice") add("[]", { start: part.index.start, end: part.index.end });
          return undefined;
        case "Name": {
          const definition = definitionOf(file, part.name, part);
          if (definition?.value === undefined || definition.binding.kind !== "assignment") return undefined;
          if (seen.has(definition.start)) return undefined;
          seen.add(definition.start);
          visit(definition.value);
          return undefined;
        }
        default:
          return undefined;
      }
    });
  visit(expression);
  return calls.sort((a, b) => a.range.start - b.range.start);
}
