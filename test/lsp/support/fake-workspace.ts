import { readdirSync, readFileSync } from "node:fs";
import { throwIfCancelled } from "../../../server/src/base/cancellation.ts";
import type { Location } from "../../../server/src/base/text-range.ts";
import type { Analysis, Workspace } from "../../../server/src/program/workspace.ts";
import type { Access, Finding, Fix } from "../../../server/src/rules/finding.ts";

/** Lets a test decide when an analysis goes on, and whether it fails. */
export interface Gate {
  /** Called by every analysis before each file. */
  pass(isCancelled: () => boolean): Promise<void>;
  /** Whether there is something to say between two keystrokes. */
  readonly previews: boolean;
}

/**
 * A workspace whose analysis is a regular expression, so that tests of the server say nothing about rules:
 * `Model.objects.all()` is a queryset that does not load `owner`, and every `row.owner` in the folder reads it.
 * `Model.objects.raw()` is one whose fix is unsafe and changes a second file, `schema.py`.
 */
export class FakeWorkspace implements Workspace {
  readonly #folder: string;
  readonly #gate: Gate;
  readonly #buffers = new Map<string, string>();
  #disk: ReadonlyMap<string, string>;
  #analysis: Analysis | undefined;

  constructor(folder: string, gate: Gate) {
    this.#folder = folder;
    this.#gate = gate;
    this.#disk = readSources(folder);
  }

  setBuffer(path: string, text: string): void {
    this.#buffers.set(path, text);
    this.#analysis = undefined;
  }

  /** Says what it is. */
  preview(path: string): Analysis | undefined {
    if (!this.#gate.previews) return undefined;
    const analysis = analysisOf(new Map([...this.#disk, ...this.#buffers]));
    const findings = analysis.findings.filter(({ location }) => location.path === path);
    return { ...analysis, findings: findings.map((finding) => ({ ...finding, help: "For now." })) };
  }

  dispose(): void {}

  closeBuffer(path: string): void {
    this.#buffers.delete(path);
    this.#analysis = undefined;
  }

  filesChanged(): void {
    this.#disk = readSources(this.#folder);
    this.#analysis = undefined;
  }

  async analyze(
    token: { readonly isCancellationRequested: boolean },
    progress?: (done: number, total: number) => void,
  ): Promise<Analysis> {
    if (this.#analysis !== undefined) return this.#analysis;
    const texts = new Map([...this.#disk, ...this.#buffers].filter(([path]) => path.endsWith(".py")));
    let done = 0;
    for (const _ of texts) {
      await this.#gate.pass(() => token.isCancellationRequested);
      throwIfCancelled(token);
      done++;
      progress?.(done, texts.size);
    }
    this.#analysis = analysisOf(texts);
    return this.#analysis;
  }
}

function analysisOf(texts: ReadonlyMap<string, string>): Analysis {
  const accesses = [...texts].flatMap(([path, text]) =>
    placesOf(path, text, /\brow\.owner\b/g).map(
      (location): Access => ({ location, relationPath: "owner", code: "QS101" }),
    ),
  );
  const findings = [...texts].flatMap(([path, text]) =>
    placesOf(path, text, /\b[A-Z]\w*\.objects\.(all|raw)\(\)/g).map((location) =>
      findingAt(location, text, accesses),
    ),
  );
  return {
    deployments: [],
    projects: [],
    findings,
    problems: [],
    endpoints: [],
    gaps: [],
    files: texts.size,
    text: (path) => texts.get(path),
    facts: () => [],
    refactorings: () => [],
    comments: (path) =>
      placesOf(path, texts.get(path) ?? "", /#.*/g).map(({ range }) => ({
        ...range,
        text: texts.get(path)?.slice(range.start, range.end) ?? "",
      })),
  };
}

function findingAt(location: Location, text: string, accesses: readonly Access[]): Finding {
  const { path, range } = location;
  const call = { start: range.end - ".all()".length, end: range.end };
  const unsafe = text.slice(call.start, call.end) === ".raw()";
  const loading: Fix = {
    title: unsafe ? 'Load "owner" and index it' : 'Add select_related("owner")',
    safety: unsafe ? "unsafe" : "safe",
    preferred: true,
    edits: [
      { path, range: call, newText: '.select_related("owner")' },
      ...(unsafe ? [{ path: "schema.py", range: { start: 0, end: 0 }, newText: "# indexed\n" }] : []),
    ],
  };
  return {
    code: "QS101",
    rule: "n-plus-one-forward",
    remedy: "eager-loading",
    level: "warning",
    confidence: "high",
    message: 'Reads "owner" for each row.',
    help: "Load it with the rows.",
    location,
    symbol: `${path.replace(/\.py$/, "")}.view`,
    model: "shop.Order",
    relationPaths: ["owner"],
    fields: [],
    origin: location,
    accesses,
    evidence: [
      { message: "queryset", location },
      ...accesses.map((access) => ({ message: "access", location: access.location })),
    ],
    queries: { before: "1 + N", after: "1", example: { n: 50, before: 51, after: 1 } },
    stage: 1,
    fixes: [loading],
  };
}

function placesOf(path: string, text: string, pattern: RegExp): Location[] {
  return [...text.matchAll(pattern)].map((match) => ({
    path,
    range: { start: match.index, end: match.index + match[0].length },
  }));
}

function readSources(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return new Map(
    names
      .filter((name) => name.endsWith(".py"))
      .map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]),
  );
}
