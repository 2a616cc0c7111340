/** Changes of code that somebody may want without anything being wrong with it. */
import type { TextRange } from "../../base/text-range.ts";
import type { FileEdit } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { bulkCreates } from "./bulk-create.ts";
import { cursorPaginations } from "./cursor-pagination.ts";
import { keysetPaginations } from "./keyset-pagination.ts";
import { relatedMethods } from "./related-method.ts";

export interface Refactoring {
  /** As the language server protocol divides them. */
  readonly kind: "refactor.extract" | "refactor.rewrite";
  readonly title: string;
  /** Where it is offered, in the file that was asked about. */
  readonly range: TextRange;
  readonly edits: readonly FileEdit[];
}

/** Those of a file, in the order of their places. @param path relative to the folder */
export function refactoringsIn(context: RuleContext, path: string): readonly Refactoring[] {
  return [
    ...bulkCreates(context, path),
    ...relatedMethods(context, path),
    ...cursorPaginations(context, path),
    ...keysetPaginations(context, path),
  ].toSorted((first, second) => first.range.start - second.range.start);
}
