import type { Location } from "../base/text-range.ts";
import type { Evidence, FileEdit } from "../rules/finding.ts";
import type { Refactoring } from "../rules/refactorings/refactoring.ts";

export type CodeActionKind = "quickfix" | "source.fixAll.queryscope" | Refactoring["kind"];

export interface CodeAction {
  readonly title: string;
  /** Where the change goes, if that is not where it is offered: the title alone would not tell. */
  readonly elsewhere: Location | undefined;
  readonly kind: CodeActionKind;
  /** The editor may apply it without asking which one is meant. */
  readonly preferred: boolean;
  /** The editor should show the change and ask before it applies it. */
  readonly confirm: boolean;
  /** Fingerprints of the findings that it settles. */
  readonly findings: readonly string[];
  readonly edits: readonly FileEdit[];
  /** What to run in place of an edit. */
  readonly command?: ActionCommand;
}

export type ActionCommand =
  | { readonly kind: "openRulePage"; readonly rule: string }
  /** Tries the index of a finding. `path` is of the file in which it is. */
  | { readonly kind: "prove"; readonly path: string; readonly fingerprint: string }
  /** Leads through places one after the other. */
  | { readonly kind: "showPath"; readonly title: string; readonly steps: readonly Evidence[] };
