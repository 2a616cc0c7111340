import { parseAllDocuments } from "yaml";
import type { DeployedFile } from "./deployed-file.ts";
import type { DeploymentProblem } from "./deployment.ts";
import type { YamlNode } from "./yaml-nodes.ts";

export interface YamlFile {
  /** The root nodes of the documents without syntax errors. */
  readonly roots: readonly YamlNode[];
  readonly problems: readonly DeploymentProblem[];
}

/** @returns no documents, and the first error, where the text is no YAML */
export function readYaml({ path, text }: DeployedFile): YamlFile {
  // Templates of Helm and its like are no YAML before they are filled in.
  if (/\{\{|\{%/.test(text)) return { roots: [], problems: [] };
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent" });
  const list = Array.isArray(documents) ? documents : [];
  const error = list.flatMap(({ errors }) => errors)[0];
  if (error) {
    const line = error.linePos?.[0].line;
    const cause = error.message.replace(/ at line \d+[\s\S]*$/, "");
    const place = line === undefined ? "" : `line ${line}: `;
    return {
      roots: [],
      problems: [{ path, message: `${place}no valid YAML: ${cause}; the file is left out` }],
    };
  }
  return { roots: list.map((document) => ({ document, node: document.contents })), problems: [] };
}
