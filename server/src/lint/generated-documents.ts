import { rules } from "../rules/registry.ts";
import {
  configurationJsonSchema,
  configurationPage,
  editorSettings,
  projectFileJsonSchema,
} from "./configuration-reference.ts";
import { type PrecisionByRule, rulesPage, withGroupsTable } from "./rules-page.ts";
import { suppressionRules } from "./suppression-rules.ts";

export interface GeneratedDocument {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

/**
 * @param manifest the text of `package.json`, of which only the analysis settings are replaced
 * @param readme the text of `README.md`, of which only the groups of rules are replaced
 */
export function generatedDocuments(
  manifest: string,
  readme: string,
  precision: PrecisionByRule,
): readonly GeneratedDocument[] {
  return [
    { path: "docs/configuration.md", text: configurationPage() },
    { path: "docs/queryscope.schema.json", text: toJson(configurationJsonSchema()) },
    { path: "docs/pyproject.schema.json", text: toJson(projectFileJsonSchema()) },
    { path: "docs/rules.md", text: rulesPage([...rules, ...suppressionRules], precision) },
    { path: "README.md", text: withGroupsTable(readme, rules) },
    { path: "package.json", text: withSettings(manifest) },
  ];
}

const sectionTitle = "Analysis";

/** The manifest with the settings of the analysis as a section of their own. */
function withSettings(text: string): string {
  const manifest: { contributes: { configuration: { title: string }[] } } = JSON.parse(text);
  const others = manifest.contributes.configuration.filter(({ title }) => title !== sectionTitle);
  const section = { title: sectionTitle, properties: editorSettings() };
  manifest.contributes.configuration = [...others, section];
  return toJson(manifest);
}

function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
