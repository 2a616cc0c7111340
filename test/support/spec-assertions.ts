/** Reads the assertions in the comments of a spec's file, and the file's text without them. */
import { parseShape, type Shape } from "./query-shape.ts";

export interface Assertions {
  /** The text without assertions: what the analyser and Django see. */
  readonly text: string;
  readonly errors: readonly ErrorAssertion[];
  readonly reads: readonly ReadAssertion[];
  readonly measures: readonly Measure[];
}

/** A finding whose origin starts on `line` (from 1, in the text without assertions). */
export interface ErrorAssertion {
  readonly line: number;
  readonly rule: string;
  readonly message: string | undefined;
  readonly properties: ReadonlyMap<ErrorProperty, string>;
}

export const errorProperties = ["level", "confidence", "paths", "fields", "fix", "estimate", "help"] as const;
export type ErrorProperty = (typeof errorProperties)[number];

/** An access of some finding on `line`. */
export interface ReadAssertion {
  readonly line: number;
  readonly rule: string;
  readonly relationPath: string;
}

/** A function or class-based view that is called under real Django. */
export interface Measure {
  readonly line: number;
  /** The line in the block as written, from 1. */
  readonly sourceLine: number;
  readonly name: string;
  readonly kind: "function" | "view" | "class";
  readonly expected: ExpectedOutcome;
}

export type ExpectedOutcome =
  | { readonly kind: "queries"; readonly shape: Shape }
  | { readonly kind: "raises"; readonly exception: string }
  /** `# queries: ?`: to be filled in by the update mode. */
  | { readonly kind: "unknown" };

/** Python's comments, or those of templates: `{# read: … #}`. */
const assertionStart = /\s*(?:\{)?# (?:error|read|queries|raises): /;
const assertion =
  /# (error|read|queries|raises): (.*?)(?=\s*(?:#\}|\{?# (?:error|read|queries|raises): )|$)/g;
const errorBody = /^\[([a-z0-9-]+)\](?: "([^"]*)")?((?: [a-z]+=(?:"[^"]*"|\S+))*)$/;
const readBody = /^\[([a-z0-9-]+)\] (\S+)$/;
const definition = /^(?:async )?(def|class) (\w+)(?:\(([^)]*)\))?/;

type Report = (line: number, message: string) => Error;

/** @throws what `report` makes of the line in the block, from 1, and a message. */
export function readAssertions(source: string, report: Report): Assertions {
  const errors: ErrorAssertion[] = [];
  const reads: ReadAssertion[] = [];
  const measures: Measure[] = [];
  const kept: string[] = [];
  for (const [index, full] of source.split("\n").entries()) {
    const start = full.search(assertionStart);
    const code = start < 0 ? full : full.slice(0, start);
    // An assertion on a line of its own is about the next line of code.
    const line = kept.length + 1;
    for (const [, kind, body = ""] of full.slice(code.length).matchAll(assertion)) {
      const fail = (message: string) => report(index + 1, message);
      if (kind === "error") errors.push(readError(line, body, fail));
      else if (kind === "read") reads.push(readRead(line, body, fail));
      else
        measures.push({ line, sourceLine: index + 1, ...readMeasure(code, kind === "raises", body, fail) });
    }
    if (start < 0 || code.trim() !== "") kept.push(code);
  }
  return { text: kept.join("\n"), errors, reads, measures };
}

function readError(line: number, body: string, fail: (message: string) => Error): ErrorAssertion {
  const match = errorBody.exec(body.trim());
  if (!match) {
    throw fail(`Expected [rule-name], optionally "part of the message" and name=value, but found: ${body}`);
  }
  const [, rule = "", message, rest = ""] = match;
  const properties = new Map<ErrorProperty, string>();
  for (const [, name = "", value = ""] of rest.matchAll(/ ([a-z]+)=("[^"]*"|\S+)/g)) {
    const property = errorProperties.find((each) => each === name);
    if (property === undefined)
      throw fail(`Unknown property "${name}"; known: ${errorProperties.join(", ")}`);
    properties.set(property, value.replaceAll('"', ""));
  }
  return { line, rule, message, properties };
}

function readRead(line: number, body: string, fail: (message: string) => Error): ReadAssertion {
  const match = readBody.exec(body.trim());
  if (!match) throw fail(`Expected [rule-name] relation__path, but found: ${body}`);
  const [, rule = "", relationPath = ""] = match;
  return { line, rule, relationPath };
}

function readMeasure(
  code: string,
  raises: boolean,
  body: string,
  fail: (message: string) => Error,
): Pick<Measure, "name" | "kind" | "expected"> {
  const match = definition.exec(code);
  if (!match) throw fail("Only a function or class at the top level of a module can be measured.");
  const [, keyword, name = "", parameters = ""] = match;
  if (keyword === "def" && !["", "request"].includes(parameters)) {
    throw fail("A measured function takes no argument, or a request.");
  }
  const kind = keyword === "class" ? "class" : parameters === "" ? "function" : "view";
  return { name, kind, expected: readExpected(raises, body.trim(), fail) };
}

function readExpected(raises: boolean, body: string, fail: (message: string) => Error): ExpectedOutcome {
  if (raises) return { kind: "raises", exception: body };
  if (body === "?") return { kind: "unknown" };
  const shape = parseShape(body);
  if (shape === undefined) throw fail(`Not a sum of terms such as "1 + 2N + N·M": ${body}`);
  return { kind: "queries", shape };
}
