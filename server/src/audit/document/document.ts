/** The report as a text with headings, tables and charts, from which every format for people is made. */
import type { FixReference, ReportPlace, TaskStatus } from "../report.ts";

/** One piece of a line. Plain text is written as it is, whatever characters it has. */
export type Inline =
  | string
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong"; readonly text: string }
  /** The next line, within a cell. */
  | { readonly kind: "break" }
  | { readonly kind: "status"; readonly status: TaskStatus }
  | { readonly kind: "place"; readonly place: ReportPlace }
  /** Shown where a front end can apply it, with a space before it. */
  | { readonly kind: "fix"; readonly fix: FixReference };

export type Line = readonly Inline[];

export interface Column {
  readonly title: string;
  /** Numbers, which stand on the right. */
  readonly numeric?: true;
}

export type Block =
  | { readonly kind: "paragraph"; readonly line: Line }
  | { readonly kind: "list"; readonly items: readonly Line[] }
  | {
      readonly kind: "table";
      /** What it shows, for those who do not see where it stands. */
      readonly caption: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Line[])[];
    }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "chart"; readonly chart: Chart };

/** Bars, each with parts of different meaning. A format without pictures leaves it out: tables say the same. */
export interface Chart {
  readonly title: string;
  /** Of all values: `queries`. */
  readonly unit: string;
  /** Meaning of the parts of each bar, in order. */
  readonly series: readonly { readonly name: string; readonly tone: Tone }[];
  readonly bars: readonly Bar[];
}

export type Tone = "good" | "bad" | "neutral" | "unknown";

export interface Bar {
  readonly label: string;
  /** One for each series. */
  readonly values: readonly number[];
  /** What stands behind the bar: `151 → 3`. */
  readonly text: string;
}

export interface Section {
  /** For links: `hot-spots`. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly sections?: readonly Section[];
}

export interface Document {
  readonly title: string;
  readonly introduction: readonly Block[];
  readonly sections: readonly Section[];
}

export function paragraph(...line: Line): Block {
  return { kind: "paragraph", line };
}

export function list(items: readonly Line[]): Block {
  return { kind: "list", items };
}

export function code(text: string): Inline {
  return { kind: "code", text };
}

export function strong(text: string): Inline {
  return { kind: "strong", text };
}

export const lineBreak: Inline = { kind: "break" };

/** Nothing where the place is not known. */
export function at(place: ReportPlace | undefined): Line {
  return place ? [{ kind: "place", place }] : [];
}

export function fixOf(fix: FixReference | undefined): Line {
  return fix ? [{ kind: "fix", fix }] : [];
}
