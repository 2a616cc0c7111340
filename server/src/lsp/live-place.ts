import type { Position } from "vscode-languageserver";
import { type LineIndex, lineIndexOf } from "../base/line-index.ts";
import { liveCode } from "../ide/live-code.ts";
import type { Code } from "../ide/lookups/code.ts";
import type { AnalysedFolder } from "./folder.ts";
import type { ServerContext } from "./server-context.ts";

/** A position in an open Python document as it is at this moment, with the last analysis of its folder. */
export interface LivePlace {
  readonly code: Code;
  readonly offset: number;
  readonly lines: LineIndex;
  readonly folder: AnalysedFolder;
  readonly path: string;
}

/** Never waits for an analysis. @returns undefined where nothing is known of the document yet */
export async function livePlace(
  { documents, folders, liveFiles }: ServerContext,
  uri: string,
  { line, character }: Position,
): Promise<LivePlace | undefined> {
  const document = documents.get(uri);
  const place = folders.locate(uri);
  const folder = place?.folder.latest;
  if (document === undefined || place === undefined || folder === undefined) return undefined;
  const { path } = place;
  if (!path.endsWith(".py")) return undefined;
  const file = await liveFiles.file(document, path);
  const code = liveCode(folder.snapshot, file);
  if (code === undefined) return undefined;
  const lines = lineIndexOf(file.text);
  return { code, offset: lines.offsetAt({ line, column: character }), lines, folder, path };
}
