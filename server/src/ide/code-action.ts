import type { FileEdit } from "../rules/finding.ts";

export type CodeActionKind = "quickfix" | "source.fixAll.queryscope";

export interface CodeAction {
  /** Distinct among the actions that are offered together. */
  readonly title: string;
  readonly kind: CodeActionKind;
  /** The editor may apply it without asking which one is meant. */
  readonly preferred: boolean;
  /** The editor should show the change and ask before it applies it. */
  readonly confirm: boolean;
  /** Fingerprints of the findings that it settles. */
  readonly findings: readonly string[];
  readonly edits: readonly FileEdit[];
}
