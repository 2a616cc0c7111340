/** Who reads what a queryset adds to its rows, in the Python code of the project and in the templates that it renders. */
import type { TextRange } from "../../base/text-range.ts";
import type { TemplateFile } from "../../syntax/template/template-tree.ts";
import { isExpression, type Node, pathTo } from "../../syntax/walk.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { isTruthTested } from "../truth-tests.ts";
import type { NumberUse } from "./aggregate-thresholds.ts";
import type { QueryChain } from "./query-chains.ts";
import { isComparedForExistence } from "./question-in-python.ts";
import { asksForExistence } from "./question-in-template.ts";

/** @param isCount of none there is none, however often rows are repeated */
export function readsOfNumber(
  context: RuleContext,
  name: string,
  chain: QueryChain,
  isCount: boolean,
): ReadonlySet<NumberUse> {
  const word = new RegExp(`\\b${name}\\b`, "g");
  const uses = new Set<NumberUse>();
  for (const { file, firstParty } of context.project.program.modules) {
    if (!firstParty || !file.text.includes(name)) continue;
    const calls = chain.filter(({ location }) => location.path === file.path).map(({ call }) => call);
    for (const { index } of file.text.matchAll(word)) {
      if (calls.some(({ start, end }) => start <= index && index < end)) continue;
      const path = pathTo(file.tree, { start: index, end: index + name.length });
      const use = useInPython(path, { start: index, end: index + name.length });
      if (use) uses.add(use === "decides" && !isCount ? "number" : use);
    }
  }
  for (const template of renderedTemplates(context)) {
    for (const range of variablesNamed(template, name)) {
      const decides =
        isCount && template.language === "django" && asksForExistence(template.tree.body, range);
      uses.add(decides ? "decides" : "number");
    }
  }
  return uses;
}

/** Undefined for what only has the same name. */
function useInPython(path: readonly Node[], name: TextRange): NumberUse | undefined {
  const read = path.at(-1);
  if (!read || !isExpression(read)) return undefined;
  switch (read.kind) {
    case "Attribute": {
      const around = path.slice(0, -1);
      return read.attribute.start === name.start
        ? isTruthTested(around, read) || isComparedForExistence(around.at(-1), read)
          ? "decides"
          : "number"
        : undefined;
    }
    // A list of columns or of fields: nobody knows who reads them.
    case "StringLiteral":
      return "unknown";
    default:
      return undefined;
  }
}

function renderedTemplates({ facts }: RuleContext): readonly TemplateFile[] {
  return [...new Set(factsOfKind(facts, "pageRender").flatMap(({ templates }) => templates))];
}

const tags = /\{\{.*?\}\}|\{%.*?%\}/gs;

/** `project.shown_tasks`, in tags. */
function variablesNamed({ text }: TemplateFile, name: string): readonly TextRange[] {
  if (!text.includes(name)) return [];
  const reading = new RegExp(`\\.${name}\\b`, "g");
  return [...text.matchAll(tags)].flatMap(({ 0: tag, index }) =>
    [...tag.matchAll(reading)].map((match) => {
      const start = index + match.index + 1;
      return { start, end: start + name.length };
    }),
  );
}
