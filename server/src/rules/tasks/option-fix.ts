/** Giving a task options where its decorator stands. */
import type { DeclaredTask } from "../../django/tasks.ts";
import type { FileEdit, Fix } from "../finding.ts";

/** @param options as they are written: `retry_backoff=True, max_retries=5` */
export function optionFix(
  { declaration: { declaredBy, call } }: DeclaredTask,
  title: string,
  options: string,
  imports: readonly FileEdit[] = [],
): readonly Fix[] {
  const { module, node } = declaredBy;
  // The options of a class are its attributes, which other tasks may share.
  if (!("kind" in node)) return [];
  const { path, text } = module.file;
  const at = (offset: number, newText: string): FileEdit => ({
    path,
    range: { start: offset, end: offset },
    newText,
  });
  const fix = (edit: FileEdit): readonly Fix[] => [
    { title, safety: "unsafe", preferred: true, edits: [...imports, edit] },
  ];
  if (!call) return fix(at(node.end, `(${options})`));
  if (call.keywords.some(({ name }) => !name) || call.arguments.some(({ kind }) => kind === "Starred"))
    return [];
  const last = [...call.arguments, ...call.keywords].sort((first, second) => first.end - second.end).at(-1);
  if (!last) {
    const isEmpty = text.slice(call.argumentsRange.start + 1, call.argumentsRange.end - 1).trim() === "";
    return isEmpty ? fix(at(call.argumentsRange.start + 1, options)) : [];
  }
  return fix(at(last.end, `, ${options}`));
}
