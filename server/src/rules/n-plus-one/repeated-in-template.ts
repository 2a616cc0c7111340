/** One query in place of several in a template: `{% with %}` around all of them, or a loop without the question before. */
import { containsRange, type Location, type TextRange } from "../../base/text-range.ts";
import { unusedName } from "../../edits/names.ts";
import type { RepeatedQuery } from "../../interpret/facts.ts";
import { parseTemplate } from "../../syntax/template/parse-template.ts";
import type { TemplateNode } from "../../syntax/template/template-tree.ts";
import { bodiesOf } from "../../syntax/template/template-walk.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { storedNames } from "./stored-name.ts";

export function repeatedInTemplate(
  context: RuleContext,
  query: RepeatedQuery,
  others: readonly Location[],
): readonly Fix[] {
  const { path, range } = query.first.location;
  const text = context.text(path);
  const ranges = [range, ...others.map((other) => other.range)];
  const nodes = nodesAround(parseTemplate(path, text).tree.body, ranges);
  const withoutQuestion = questionFix(path, text, nodes, ranges);
  const stored = withFix(query, path, text, nodes, ranges);
  return [...withoutQuestion, ...stored].map((fix, index) => ({ ...fix, preferred: index === 0 }));
}

/** The nodes of one body, next to each other, that hold all of the ranges: as few as possible. */
function nodesAround(body: readonly TemplateNode[], ranges: readonly TextRange[]): readonly TemplateNode[] {
  for (const inner of body.flatMap(bodiesOf)) {
    if (ranges.every((range) => inner.some((node) => containsRange(node, range)))) {
      return nodesAround(inner, ranges);
    }
  }
  const holds = (node: TemplateNode): boolean => ranges.some((range) => containsRange(node, range));
  return body.slice(body.findIndex(holds), body.findLastIndex(holds) + 1);
}

/** `{% if rows %}{% for row in rows %}…{% endfor %}{% endif %}` */
function questionFix(
  path: string,
  text: string,
  nodes: readonly TemplateNode[],
  [first, second, ...rest]: readonly TextRange[],
): readonly Fix[] {
  const [question, ...others] = nodes;
  if (question?.kind !== "IfNode" || others.length > 0 || rest.length > 0 || !first || !second) return [];
  const [branch, ...branches] = question.branches;
  const [loop, ...siblings] = branch?.body ?? [];
  if (!branch || branches.length > 0 || siblings.length > 0 || loop?.kind !== "ForNode" || loop.empty)
    return [];
  if (branch.test?.kind !== "OperandTest" || !isSame(branch.test, first)) return [];
  const endTag = text.lastIndexOf("{%", question.end - 1);
  const around = text.slice(branch.header.end, loop.start) + text.slice(loop.end, endTag);
  if (!isSame(loop.iterable, second) || around.trim() !== "") return [];
  const edits = [branch.header, { start: endTag, end: question.end }];
  return [
    {
      title: "Remove the condition: a loop over nothing shows nothing",
      safety: "unsafe",
      preferred: true,
      edits: edits.map(({ start, end }) => ({ path, range: { start, end }, newText: "" })),
    },
  ];
}

function isSame(first: TextRange, second: TextRange): boolean {
  return first.start === second.start && first.end === second.end;
}

function withFix(
  query: RepeatedQuery,
  path: string,
  text: string,
  nodes: readonly TemplateNode[],
  ranges: readonly TextRange[],
): readonly Fix[] {
  const [first] = nodes;
  const last = nodes.at(-1);
  const [place] = ranges;
  // A parent's text lies around the blocks of a template, not between them.
  if (!first || !last || !place || nodes.some(({ kind }) => kind === "BlockNode")) return [];
  const taken = new Set([...text.matchAll(/(?<![.\w])\w+/g)].map(([name]) => name));
  const name = unusedName(taken, storedNames(query));
  const value = text.slice(place.start, place.end);
  return [
    {
      title: `Store it: {% with ${name}=${value} %}`,
      safety: "unsafe",
      preferred: true,
      edits: [
        { path, range: { start: first.start, end: first.start }, newText: `{% with ${name}=${value} %}` },
        ...ranges.map(({ start, end }) => ({ path, range: { start, end }, newText: name })),
        { path, range: { start: last.end, end: last.end }, newText: "{% endwith %}" },
      ],
    },
  ];
}
