/** Whether the fixes of a section leave all comments where each line of its code has one. */
import type { Section, Spec } from "../support/markdown-spec.ts";
import { testParser } from "../support/python-parser.ts";
import { analyzeFiles } from "./analyze-files.ts";
import { applyFixes, type Files } from "./apply-fixes.ts";
import { commentedLines, lostComments } from "./commented-lines.ts";

/** What is behind an index that goes speaks of that index alone. */
const removesWithComment: ReadonlySet<string> = new Set(["redundant-index"]);

/** The sections whose fixes are to keep all comments. */
export function commentedSections({ sections, title }: Spec): readonly Section[] {
  return removesWithComment.has(title) ? [] : sections.filter(({ fixes }) => fixes.length > 0);
}

/** @returns readable complaints, also about code that can't be read any more */
export async function complaintsAboutComments(section: Section, files: Files): Promise<readonly string[]> {
  const parser = await testParser();
  const treeOf = ([path, text]: readonly [string, string]) => parser.parse(path, text).tree;
  const commented = new Map(files);
  const comments: string[] = [];
  for (const { path } of section.files.filter(isPython)) {
    const text = files.get(path) ?? "";
    const lines = commentedLines(text, treeOf([path, text]), path);
    commented.set(path, lines.text);
    comments.push(...lines.comments);
  }
  const complaints: string[] = [];
  for (const { title } of section.fixes) {
    const name = title === undefined ? "the fixes" : `the fix "${title}"`;
    const fixed = await applyFixes(commented, title, analyzeFiles);
    const changed = [...fixed].filter(([path, text]) => isPython({ path }) && files.get(path) !== text);
    const trees = changed.map(treeOf);
    complaints.push(...lostComments(comments, trees).map((comment) => `${name} lost "${comment}"`));
    for (const [index, tree] of trees.entries()) {
      const [path, text] = changed[index] ?? ["", ""];
      if (tree.errors.length > 0) complaints.push(`${name} broke ${path}:\n${text}`);
    }
  }
  return complaints;
}

function isPython({ path }: { readonly path: string }): boolean {
  return path.endsWith(".py");
}
