/** Managers whose truth is asked as if they were their rows. */
import { groupBy } from "../../base/group-by.ts";
import type { ManagerTruth } from "../../interpret/facts.ts";
import { parseTemplate } from "../../syntax/template/parse-template.ts";
import { isStatement, pathTo } from "../../syntax/walk.ts";
import { placeKey } from "../finding-parts.ts";
import { isPython } from "../is-python.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { nodesAround } from "./question-in-template.ts";

/** One for each place where the answer makes a difference. */
export function managersAskedForTruth(context: RuleContext): readonly ManagerTruth[] {
  const truths = factsOfKind(context.facts, "managerTruth").filter(
    (truth) =>
      !isUsedAsRows(context, truth) && !guardsOnlyLoop(context, truth) && !isAskedOfRows(context, truth),
  );
  return [...groupBy(truths, ({ location }) => placeKey(location)).values()].map(([first]) => first);
}

/** A list stands in the place of the manager: the code around goes through it, counts it or takes a part of it. */
function isUsedAsRows({ project }: RuleContext, { location, text }: ManagerTruth): boolean {
  const { path, range } = location;
  const module = project.program.moduleOfFile(path);
  const scope =
    module &&
    pathTo(module.file.tree, range).findLast((node) => isStatement(node) && node.kind === "FunctionDef");
  const { end, start } = scope ?? range;
  const name = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const asRows = new RegExp(`${name}\\[|len\\(${name}\\)|\\bin ${name}(?![\\w.])`);
  return module !== undefined && asRows.test(module.file.text.slice(start, end));
}

/** `project.tasks and project.tasks.count()`: what follows asks for the rows themselves, and decides. */
function isAskedOfRows({ project, text: textOf }: RuleContext, { location, text }: ManagerTruth): boolean {
  const { path, range } = location;
  const module = project.program.moduleOfFile(path);
  const source = textOf(path);
  const around = module ? pathTo(module.file.tree, range) : [];
  return around.some(
    (node) =>
      "kind" in node &&
      node.kind === "BooleanOperation" &&
      node.operator === "and" &&
      node.values.some(
        (value) => value.start > range.end && source.slice(value.start, value.end).startsWith(`${text}.`),
      ),
  );
}

/** `{% if project.tasks %}{% for task in project.tasks.all %}…{% endfor %}{% endif %}`: the loop alone shows the same. */
function guardsOnlyLoop(context: RuleContext, { location, text }: ManagerTruth): boolean {
  if (isPython(location)) return false;
  const source = context.text(location.path);
  const condition = nodesAround(parseTemplate(location.path, source).tree.body, location.range).at(-1);
  if (condition?.kind !== "IfNode" || condition.branches.length > 1) return false;
  const [loop, other] = condition.branches[0]?.body ?? [];
  if (loop?.kind !== "ForNode" || loop.empty || other) return false;
  const before = source.slice(condition.start, loop.start).replace(comments, "").trim();
  const behind = source.slice(loop.end, condition.end).replace(comments, "").trim();
  return (
    source.startsWith(`${text}.all`, loop.iterable.start) &&
    /^\{%[^%]*%\}$/.test(before) &&
    /^\{%[^%]*%\}$/.test(behind)
  );
}

const comments = /\{#.*?#\}|<!--.*?-->/gs;
