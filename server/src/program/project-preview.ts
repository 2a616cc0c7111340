/** Answers for a file that is typed in, from the functions around the change alone. */
import { changeBetween } from "../base/text-change.ts";
import { containsRange, type TextRange } from "../base/text-range.ts";
import type { DjangoProject } from "../django/project.ts";
import type { Module } from "../python/symbols.ts";
import type { Finding } from "../rules/finding.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { keepLinks, type LinkedProject } from "./linked-project.ts";
import { concerning, previewFindings } from "./preview-findings.ts";

interface AnalysedProject extends LinkedProject {
  readonly findings: readonly Finding[];
}

export interface PreviewedProject {
  /** With the present version of the file. */
  readonly project: DjangoProject;
  /** Those that have to do with the file. */
  readonly findings: readonly Finding[];
}

/** What the functions and classes around a range say on their own. */
type FindingsAround = (linked: LinkedProject, module: Module, within: TextRange) => readonly Finding[];

/** Of one finished run. */
export class ProjectPreview {
  readonly #analysed: AnalysedProject;
  readonly #findingsAround: FindingsAround;
  /** While one function is typed in, what it said at first is asked again with every keystroke. */
  #before: { readonly body: TextRange; readonly findings: readonly Finding[] } | undefined;

  constructor(analysed: AnalysedProject, findingsAround: FindingsAround) {
    this.#analysed = analysed;
    this.#findingsAround = findingsAround;
  }

  /**
   * @param file the present version, or the last good one where that `isCurrent` not
   * @returns undefined where more changed than the body of a function, or nothing in this file
   */
  of(path: string, file: SourceFile, isCurrent: boolean): PreviewedProject | undefined {
    const { findings: known, modules } = this.#analysed;
    const old = modules.get(path);
    if (!old) return undefined;
    if (old.file === file)
      return isCurrent ? undefined : { project: this.#analysed.project, findings: concerning(known, path) };
    const module: Module = old.file === file ? old : { ...old, file };
    const present = new Map(modules).set(path, module);
    const kept = keepLinks(this.#analysed, present);
    const change = changeBetween(old.file.text, file.text);
    const body = bodyAround(this.#analysed, old, { start: change.start, end: change.oldEnd });
    if (!kept || !body) return undefined;
    const before = this.#saidBefore(old, body);
    const now = { start: change.start, end: change.newEnd };
    const after = this.#findingsAround({ project: kept.project, modules: present }, module, now);
    return { project: kept.project, findings: previewFindings({ path, change, known, before, after }) };
  }

  #saidBefore(module: Module, body: TextRange): readonly Finding[] {
    if (this.#before?.body !== body)
      this.#before = { body, findings: this.#findingsAround(this.#analysed, module, body) };
    return this.#before.findings;
  }
}

/** The body of the function, or of the method of a class, in which all of the range lies. */
function bodyAround({ project }: LinkedProject, module: Module, range: TextRange): TextRange | undefined {
  return project.program
    .functions(module)
    .map(({ node }) => node.bodyRange)
    .find((body) => containsRange(body, range));
}
