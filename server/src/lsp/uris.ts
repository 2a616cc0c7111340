import { URI } from "vscode-uri";

/** Absolute path with `/` of a `file:` URI; undefined for anything that is not a file on disk. */
export function filePathOf(uri: string): string | undefined {
  const parsed = parseUri(uri);
  return parsed?.scheme === "file" ? parsed.fsPath.replaceAll("\\", "/") : undefined;
}

export function uriOfFile(path: string): string {
  return URI.file(path).toString();
}

/** One spelling for the many that clients have for a URI, as a key. */
export function normalizeUri(uri: string): string {
  return parseUri(uri)?.toString() ?? uri;
}

function parseUri(uri: string): URI | undefined {
  try {
    return URI.parse(uri, true);
  } catch {
    // A client may call its documents anything; what is not a URI is not a file either.
    return undefined;
  }
}
