import { AnswersOf } from "../base/answers-of.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import type { DefinitionNode, FileOutline } from "./definition-nodes.ts";
import type { ClassOutline, FunctionOutline } from "./outline.ts";
import { extractLocals, extractOutline } from "./outline-extraction.ts";
import { outlineKey } from "./outline-key.ts";

const outlines = new AnswersOf<SourceFile, FileOutline>();

/** The outline of a file version, extracted once. */
export function fileOutline(file: SourceFile): FileOutline {
  const known = outlines.get(file);
  if (known) return known;
  const extracted = extractOutline(file.tree, file.text);
  outlines.set(file, extracted);
  return extracted;
}

/**
 * Gives a new version of a file the outline object of its predecessor, if the two outlines are equal: everything
 * that was concluded from the outline then holds for the new version. Answers whether that is so.
 */
export function adoptOutline(previous: SourceFile, next: SourceFile): boolean {
  if (previous === next) return true;
  if (outlineKey(previous) !== outlineKey(next)) return false;
  const kept = fileOutline(previous);
  const known = outlines.get(next);
  if (known) return known.outline === kept.outline;
  const extracted = extractOutline(next.tree, next.text);
  // Equal text is not enough where a syntax error in a body lets the parser see other definitions after it.
  if (extracted.nodes.length !== kept.nodes.length) return false;
  if (extracted.nodes.some((node, index) => node.kind !== kept.nodes[index]?.kind)) return false;
  outlines.set(next, { outline: kept.outline, nodes: extracted.nodes });
  return true;
}

export interface LocalDefinitions {
  readonly classes: readonly ClassOutline[];
  readonly functions: readonly FunctionOutline[];
  /** Continues the numbering of the file's outline. */
  readonly nodes: readonly DefinitionNode[];
}

const locals = new AnswersOf<FileOutline, LocalDefinitions>();

/** The classes and functions inside function bodies of a file version. */
export function localDefinitions(file: FileOutline): LocalDefinitions {
  const known = locals.get(file);
  if (known) return known;
  const extracted = extractLocals(file);
  locals.set(file, extracted);
  return extracted;
}
