/**
 * The Markdown specs of `test/mdtest`: their format is described in `test/mdtest/README.md`.
 * Assertions are comments; the files of a section are what the analyser and Django see, without those comments.
 */
import { type Assertions, readAssertions } from "./spec-assertions.ts";

export interface Spec {
  /** Path of the Markdown file. */
  readonly path: string;
  /** The `#` heading: the rule's name. */
  readonly title: string;
  /** Name of the base project in `test/projects`. */
  readonly project: string | undefined;
  readonly sections: readonly Section[];
}

/** One test: a small project and what is expected of it. */
export interface Section {
  /** The headings that lead to it, joined by ` › `. */
  readonly name: string;
  /** Line of its heading, from 1. */
  readonly line: number;
  /** Versions of Django to which it is limited; undefined where it holds for every version. */
  readonly djangoVersions: readonly string[] | undefined;
  /** Queryscope's configuration. */
  readonly configuration: string | undefined;
  readonly files: readonly SpecFile[];
  /** The preferred fix first. */
  readonly fixes: readonly FixedVariant[];
  readonly expectsNoFix: boolean;
  /** Functions whose answers a fix corrects, each with the one of the same file that answers right as it is. */
  readonly corrected: ReadonlyMap<string, string>;
  /** The fixes count the rows in a query of its own, to fetch fewer of them. */
  readonly countsRows: boolean;
}

export interface SpecFile extends Assertions {
  /** Path in the project. */
  readonly path: string;
  readonly block: Block;
}

/** The files as they must be after the fix whose title contains `title`, or after the preferred fix of each finding. */
export interface FixedVariant {
  readonly title: string | undefined;
  readonly files: readonly SpecFile[];
}

/** Where the text of a file stands in the Markdown file: lines from 1, the fences excluded, `end` exclusive. */
export interface Block {
  readonly start: number;
  readonly end: number;
}

/** A mistake in a spec itself. */
class SpecError extends Error {
  constructor(path: string, line: number, message: string) {
    super(`${path}:${line}: ${message}`);
  }
}

const heading = /^(#{1,3}) (.+)$/;
const fence = /^(```+)(\w*)$/;
const fileLine = /^`([^`]+)`:$/;
const fixedLine = /^Fixed `([^`]+)`(?: by "([^"]+)")?:$/;
const projectLine = /^Project: (\S+)$/;
const djangoLine = /^Django: (\d+\.\d+(?:, \d+\.\d+)*)$/;
const noFixLine = "No fix.";
const correctedLine = /^After the fix, `(\w+)` answers what `(\w+)` does\.$/;
const countsRowsLine = "The fix counts the rows in a query of its own.";

interface Draft {
  headings: string[];
  line: number;
  djangoVersions: string[] | undefined;
  configuration: string | undefined;
  files: SpecFile[];
  fixes: { title: string | undefined; files: SpecFile[] }[];
  expectsNoFix: boolean;
  corrected: Map<string, string>;
  countsRows: boolean;
}

/** @throws SpecError */
export function parseSpec(path: string, markdown: string): Spec {
  const lines = markdown.split("\n");
  const shared = newDraft([], 1);
  const drafts: Draft[] = [];
  let current = shared;
  let title: string | undefined;
  let project: string | undefined;
  let previous = "";

  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const headingMatch = heading.exec(line);
    const fenceMatch = fence.exec(line);
    if (headingMatch) {
      const [, marks = "", text = ""] = headingMatch;
      if (marks.length === 1) {
        title = text;
      } else {
        current = newDraft([...current.headings.slice(0, marks.length - 2), text], index + 1);
        drafts.push(current);
      }
    } else if (fenceMatch) {
      const [, marks = "", language = ""] = fenceMatch;
      const end = lines.indexOf(marks, index + 1);
      if (end < 0) throw new SpecError(path, index + 1, "This code block is not closed.");
      addBlock(current, previous, language, { start: index + 2, end: end + 1 });
      index = end;
    } else if (line === noFixLine) {
      current.expectsNoFix = true;
    } else if (line === countsRowsLine) {
      current.countsRows = true;
    } else {
      const [, corrected, model] = correctedLine.exec(line) ?? [];
      if (corrected !== undefined && model !== undefined) current.corrected.set(corrected, model);
      project = projectLine.exec(line)?.[1] ?? project;
      const versions = djangoLine.exec(line)?.[1];
      if (versions !== undefined) current.djangoVersions = versions.split(", ");
    }
    if (line.trim() !== "") previous = lines[index] ?? "";
  }
  if (title === undefined) throw new SpecError(path, 1, "A spec starts with a `# rule-name` heading.");
  return { path, title, project, sections: drafts.filter(hasFiles).map(toSection) };

  function addBlock(draft: Draft, introduction: string, language: string, block: Block): void {
    const text = `${lines.slice(block.start - 1, block.end - 1).join("\n")}\n`;
    const fixed = fixedLine.exec(introduction);
    const file = fileLine.exec(introduction);
    if (fixed) {
      const [, filePath = "", fixTitle] = fixed;
      const variant = draft.fixes.find((each) => each.title === fixTitle);
      const fixedFile = toFile(filePath, text, block);
      if (variant) variant.files.push(fixedFile);
      else draft.fixes.push({ title: fixTitle, files: [fixedFile] });
    } else if (file) {
      draft.files.push(toFile(file[1] ?? "", text, block));
    } else if (language === "toml") {
      draft.configuration = text;
    } else {
      throw new SpecError(
        path,
        block.start - 1,
        "A code block needs a line with its path, such as `views.py`:, before it.",
      );
    }
  }

  function toFile(filePath: string, text: string, block: Block): SpecFile {
    const report = (line: number, message: string) => new SpecError(path, block.start + line - 1, message);
    return { path: filePath, block, ...readAssertions(text, report) };
  }

  function toSection(draft: Draft): Section {
    const name = draft.headings.join(" › ");
    const own = new Set(draft.files.map((file) => file.path));
    const files = [...shared.files.filter((file) => !own.has(file.path)), ...draft.files];
    const expectsErrors = draft.files.some((file) => file.errors.length > 0);
    if (expectsErrors && draft.fixes.length === 0 && !draft.expectsNoFix) {
      throw new SpecError(path, draft.line, `"${name}" needs its fixed code or a line "${noFixLine}"`);
    }
    // What has a title may be a refactoring, which is offered where nothing is wrong.
    const hasPreferred = draft.fixes.some((fix) => fix.title === undefined);
    if (draft.fixes.length > 0 && (draft.expectsNoFix || (hasPreferred && !expectsErrors))) {
      throw new SpecError(path, draft.line, `"${name}" has fixed code but expects nothing to fix.`);
    }
    const preferredFirst = draft.fixes.toSorted(
      (first, second) => Number(first.title !== undefined) - Number(second.title !== undefined),
    );
    return {
      name,
      line: draft.line,
      djangoVersions: draft.djangoVersions ?? shared.djangoVersions,
      configuration: draft.configuration ?? shared.configuration,
      files,
      fixes: preferredFirst,
      expectsNoFix: draft.expectsNoFix,
      corrected: draft.corrected,
      countsRows: draft.countsRows,
    };
  }
}

function newDraft(headings: string[], line: number): Draft {
  return {
    headings,
    line,
    djangoVersions: undefined,
    configuration: undefined,
    files: [],
    fixes: [],
    expectsNoFix: false,
    corrected: new Map(),
    countsRows: false,
  };
}

/** A heading with prose only groups the headings below it. */
function hasFiles(draft: Draft): boolean {
  return draft.files.length > 0;
}

/** The section's project after a fix: the fixed files in place of the original ones, and those that the fix creates. */
export function fixedFiles(section: Section, variant: FixedVariant): readonly SpecFile[] {
  const files = new Map([...section.files, ...variant.files].map((file) => [file.path, file] as const));
  return [...files.values()];
}
