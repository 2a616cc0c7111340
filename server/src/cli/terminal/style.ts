import { styleText } from "node:util";
import type { Output } from "../environment.ts";

export type Style = (text: string) => string;

/** How parts of a report look. Without colour everything is plain: the text alone must do. */
export interface Styles {
  readonly strong: Style;
  readonly faint: Style;
  readonly error: Style;
  readonly warning: Style;
  readonly info: Style;
  readonly good: Style;
}

export type ColorChoice = "auto" | "always" | "never";

const plain: Style = (text) => text;

export const plainStyles: Styles = {
  strong: plain,
  faint: plain,
  error: plain,
  warning: plain,
  info: plain,
  good: plain,
};

const format =
  (...formats: Parameters<typeof styleText>[0][]): Style =>
  (text) =>
    styleText(formats.flat(), text);

export const colorStyles: Styles = {
  strong: format("bold"),
  faint: format("dim"),
  error: format("bold", "red"),
  warning: format("bold", "yellow"),
  info: format("bold", "blue"),
  good: format("green"),
};

/** Colour where the option, `FORCE_COLOR` or a terminal asks for it; `NO_COLOR` (no-color.org) and a dumb terminal don't. */
export function stylesFor(
  output: Output,
  choice: ColorChoice,
  variables: Readonly<Record<string, string | undefined>>,
): Styles {
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: terminal } = variables;
  if (choice !== "auto") return choice === "always" ? colorStyles : plainStyles;
  if (no !== undefined && no !== "") return plainStyles;
  if (force !== undefined && force !== "" && force !== "0") return colorStyles;
  return output.isTerminal && terminal !== "dumb" ? colorStyles : plainStyles;
}
