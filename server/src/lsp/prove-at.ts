import type { Command } from "vscode-languageserver";
import { proveAtCommand } from "./client-features.ts";

/** The argument of the client's command `queryscope.proveAt`. */
interface ProveAtArguments {
  readonly uri: string;
  readonly fingerprint: string;
}

/** Has the client try the index of a finding. @param uri of the file in which the finding is */
export function proveAt(title: string, uri: string, fingerprint: string): Command {
  const given: ProveAtArguments = { uri, fingerprint };
  return { title, command: proveAtCommand, arguments: [given] };
}
