import type { Command, Range } from "vscode-languageserver";
import { explainAtCommand } from "./client-features.ts";

/** The argument of the client's command `queryscope.explainAt`. */
interface ExplainAtArguments {
  readonly uri: string;
  readonly range: Range;
}

/** Has the client explain the queryset at a place. */
export function explainAt(uri: string, range: Range): Command {
  const given: ExplainAtArguments = { uri, range };
  return { title: "Explain", command: explainAtCommand, arguments: [given] };
}

/** The same as a link in Markdown. */
export function explainLink(uri: string, range: Range): string {
  const { title, command, arguments: given } = explainAt(uri, range);
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(given))})`;
}
