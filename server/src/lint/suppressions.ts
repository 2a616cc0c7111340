import { AnswersOf } from "../base/answers-of.ts";
import type { Location, TextRange } from "../base/text-range.ts";
import type { Analysis } from "../program/workspace.ts";
import type { Comment, ModuleTree } from "../syntax/ast.ts";
import { firstCharacter, logicalLines, widen } from "./logical-lines.ts";
import { matchesSelector, type RuleIdentity } from "./selection.ts";
import {
  type Directive,
  type LocatedSelector,
  parseDirective,
  type Suppression,
} from "./suppression-comments.ts";

/** The suppression comments of the analysed files, and which of them did something. */
export interface Suppressions {
  readonly directivesByPath: ReadonlyMap<string, readonly Directive[]>;
  /** Whether a comment suppresses the rule at this place. The comments that do count as used from then on. */
  suppress(rule: RuleIdentity, location: Location): boolean;
  isUsed(selector: LocatedSelector): boolean;
}

export function collectSuppressions(analysis: Analysis): Suppressions {
  const directivesByPath = new Map<string, readonly Directive[]>();
  for (const path of pathsOf(analysis)) {
    const directives = directivesOf(analysis, path);
    if (directives.length > 0) directivesByPath.set(path, directives);
  }
  const coverages = new Map<string, (suppression: Suppression) => TextRange | undefined>();
  const coverageIn = (path: string): ((suppression: Suppression) => TextRange | undefined) => {
    const known = coverages.get(path);
    if (known !== undefined) return known;
    const coverage = coverageOf(analysis.text(path) ?? "", treeOf(analysis, path), analysis.comments(path));
    coverages.set(path, coverage);
    return coverage;
  };
  const used = new Set<LocatedSelector>();
  return {
    directivesByPath,
    suppress(rule, { path, range }) {
      let suppressed = false;
      for (const directive of directivesByPath.get(path) ?? []) {
        if (directive.kind !== "suppression") continue;
        const selectors = directive.selectors.filter(({ text }) => matchesSelector(text, rule));
        if (selectors.length === 0) continue;
        const covered = coverageIn(path)(directive);
        if (covered === undefined || range.start < covered.start || covered.end < range.start) continue;
        for (const selector of selectors) used.add(selector);
        suppressed = true;
      }
      return suppressed;
    },
    isUsed: (selector) => used.has(selector),
  };
}

/** Trees are immutable, so what a file says is read once per version, not after every keystroke in another file. */
const directivesByTree = new AnswersOf<ModuleTree, readonly Directive[]>();

function directivesOf(analysis: Analysis, path: string): readonly Directive[] {
  const tree = treeOf(analysis, path);
  const known = tree && directivesByTree.get(tree);
  if (known !== undefined) return known;
  const directives = analysis.text(path)?.includes("queryscope:")
    ? analysis.comments(path).flatMap((comment) => parseDirective(comment) ?? [])
    : [];
  if (tree !== undefined) directivesByTree.set(tree, directives);
  return directives;
}

/** Every file that may hold comments: first-party modules, and whatever else findings stand in. */
function pathsOf(analysis: Analysis): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { program } of analysis.projects) {
    for (const { file, firstParty } of program.modules) if (firstParty) paths.add(file.path);
  }
  for (const { location, accesses } of analysis.findings) {
    paths.add(location.path);
    for (const access of accesses) paths.add(access.location.path);
  }
  return paths;
}

export function treeOf(analysis: Analysis, path: string): ModuleTree | undefined {
  for (const { program } of analysis.projects) {
    const module = program.moduleOfFile(path);
    if (module !== undefined) return module.file.tree;
  }
  return undefined;
}

/**
 * Which part of the file a suppression covers. At a line's end, the logical line that it belongs to. On a line of its
 * own, the logical line around it, else the next one; a blank line between them breaks the connection.
 */
function coverageOf(
  text: string,
  tree: ModuleTree | undefined,
  comments: readonly Comment[],
): (suppression: Suppression) => TextRange | undefined {
  const lines = tree === undefined ? [] : logicalLines(text, tree);
  const ownLine = new Set(comments.map(({ start }) => start).filter((start) => isFirstOnLine(text, start)));
  const lineAround = (offset: number): TextRange | undefined =>
    lines.findLast(({ start, end }) => start <= offset && offset <= end);

  return ({ scope, comment }) => {
    if (scope === "file") return { start: 0, end: text.length };
    const around = lineAround(comment.start);
    if (around !== undefined) return around;
    let line = widen(text, comment);
    if (ownLine.has(comment.start)) {
      let first = comment.start;
      while (ownLine.has(first)) {
        if (line.end === text.length) return undefined;
        const next = text.startsWith("\r\n", line.end) ? line.end + 2 : line.end + 1;
        line = widen(text, { start: next, end: next });
        first = firstCharacter(text, line);
      }
      if (first === line.end) return undefined;
      return lineAround(first) ?? line;
    }
    return line;
  };
}

function isFirstOnLine(text: string, offset: number): boolean {
  return firstCharacter(text, widen(text, { start: offset, end: offset })) === offset;
}
