import type { PythonParser } from "../../server/src/syntax/python-parser.ts";
import type { SourceFile } from "../../server/src/syntax/source-file.ts";

/** More than the base project has files: they are the same in almost every section. */
const keptFiles = 200;

/** A parser that answers with the tree which it made of the same text before. The files used last are kept. */
export function parsedOnce(parser: PythonParser): PythonParser {
  const files = new Map<string, SourceFile>();
  return {
    openDocument: (path, text) => parser.openDocument(path, text),
    parse(path, text) {
      const key = `${path}\n${text}`;
      const file = files.get(key) ?? parser.parse(path, text);
      files.delete(key);
      files.set(key, file);
      for (const oldest of files.keys()) {
        if (files.size <= keptFiles) break;
        files.delete(oldest);
      }
      return file;
    },
  };
}
