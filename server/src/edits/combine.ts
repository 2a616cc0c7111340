import type { PathEdit, TextEdit } from "./text-edit.ts";

/** Something whose edits belong together: all of them are made, or none. */
export interface EditGroup {
  readonly edits: readonly PathEdit[];
}

export interface CombinedEdits<Group extends EditGroup> {
  readonly applied: readonly Group[];
  /** In conflict with an applied group: to be computed anew on the changed text. */
  readonly postponed: readonly Group[];
  readonly editsByPath: ReadonlyMap<string, readonly TextEdit[]>;
}

/**
 * Takes as many groups as fit together; earlier ones win. Equal edits of two groups are made once: two fixes may add
 * the same import. Edits that only touch are in conflict as well, because the result would depend on their order.
 */
export function combineEdits<Group extends EditGroup>(groups: readonly Group[]): CombinedEdits<Group> {
  const applied: Group[] = [];
  const postponed: Group[] = [];
  const editsByPath = new Map<string, TextEdit[]>();
  for (const group of groups) {
    const added = group.edits.filter(
      (edit) => !editsByPath.get(edit.path)?.some((made) => sameEdit(made, edit)),
    );
    if (added.some((edit) => editsByPath.get(edit.path)?.some((made) => conflict(made, edit)))) {
      postponed.push(group);
      continue;
    }
    applied.push(group);
    for (const { path, range, newText } of added) {
      const edits = editsByPath.get(path);
      if (edits === undefined) editsByPath.set(path, [{ range, newText }]);
      else edits.push({ range, newText });
    }
  }
  return { applied, postponed, editsByPath };
}

function sameEdit(first: TextEdit, second: TextEdit): boolean {
  return (
    first.range.start === second.range.start &&
    first.range.end === second.range.end &&
    first.newText === second.newText
  );
}

function conflict(first: TextEdit, second: TextEdit): boolean {
  return first.range.start <= second.range.end && second.range.start <= first.range.end;
}
