/** Passing the key of a row to a task, which loads the row: at every call that starts the task, and in the task. */
import type { Model } from "../../django/model-graph.ts";
import { lineBefore, startsLine } from "../../edits/statement-lines.ts";
import type { TaskStart } from "../../interpret/facts.ts";
import type { FunctionSymbol, Module } from "../../python/symbols.ts";
import type { Instance } from "../../queryset/instance.ts";
import type { Expression, Parameter, Statement } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { FileEdit, Fix } from "../finding.ts";
import { placeKey } from "../finding-parts.ts";
import { modelName } from "../model-name.ts";
import type { RuleContext } from "../rule-context.ts";
import { ofModel } from "../writes/manager-expression.ts";
import { namesIn } from "../writes/syntax-queries.ts";
import { type TaskArgument, taskArguments } from "./task-arguments.ts";

/** None unless every use of the task is a call that is understood, and passes a row of the same model. */
export function instanceArgumentFix(
  context: RuleContext,
  { task }: TaskStart,
  { parameter, value }: TaskArgument,
  starts: readonly TaskStart[],
): readonly Fix[] {
  if (!parameter || value.kind !== "instance") return [];
  const calls = starts.filter((each) => each.task.id === task.id);
  if (!areAllUses(context, task, calls)) return [];
  const inTask = editsOfTask(context, task, parameter, value.model);
  const atCalls = new Map<string, readonly FileEdit[]>();
  for (const call of calls) {
    const edits = editsOfCall(context, call, parameter, value.model);
    if (!edits) return [];
    atCalls.set(placeKey(call.location), edits);
  }
  if (!inTask) return [];
  return [
    {
      title: `Pass the key of ${parameter.name}, and load the row in the task (as it is by then)`,
      safety: "unsafe",
      preferred: true,
      edits: [...inTask, ...[...atCalls.values()].flat()],
    },
  ];
}

/** Nothing but these calls speaks of the task: it is neither called directly nor named in a text. */
function areAllUses({ project }: RuleContext, task: FunctionSymbol, calls: readonly TaskStart[]): boolean {
  const name = task.owner ? undefined : task.name;
  if (name === undefined) return false;
  const known = new Set(calls.map(({ location }) => placeKey(location)));
  const dotted = `${task.module.name}.${name}`;
  return project.program.modules
    .filter(({ firstParty, file }) => firstParty && file.text.includes(name))
    .every((module) => {
      const { text } = module.file;
      const isElsewhere = text.includes(dotted) || new RegExp(`\\b${name}\\s+as\\b`).test(text);
      return !isElsewhere && hasOnly(module, name, known);
    });
}

/** Whether the module has no other uses of the name than the calls that are known. */
function hasOnly(module: Module, name: string, known: ReadonlySet<string>): boolean {
  const { path } = module.file;
  let understood = true;
  walkExpressions(module.file.tree, (node) => {
    if (node.kind === "Call" && node.function.kind === "Attribute") {
      const key = placeKey({ path, range: node });
      if (known.has(key)) {
        // Arguments may speak of the task, too.
        understood &&= ![...node.arguments, ...node.keywords.map(({ value }) => value)].some((each) =>
          speaksOf(each, name),
        );
        return false;
      }
    }
    if (isNamed(node, name)) understood = false;
    return understood;
  });
  return understood;
}

function speaksOf(node: Expression, name: string): boolean {
  let found = false;
  walkExpressions(node, (each) => {
    found ||= isNamed(each, name);
    return !found;
  });
  return found;
}

function isNamed(node: Expression, name: string): boolean {
  if (node.kind === "Name") return node.name === name;
  if (node.kind === "StringLiteral") return node.value === name;
  return node.kind === "Attribute" && node.attribute.name === name;
}

function editsOfTask(
  context: RuleContext,
  task: FunctionSymbol,
  parameter: Parameter,
  model: Model,
): readonly FileEdit[] | undefined {
  const { program } = context.project;
  const { module, node } = task;
  const { path, text } = module.file;
  const statement = firstOwnStatement(node.body);
  const key = keyName(parameter.name);
  if (node.async || parameter.default || namesIn(node).has(key)) return undefined;
  if (!statement || !startsLine(text, statement.start)) return undefined;
  const name = modelName(program, module, model, node);
  if (!name) return undefined;
  const { manager, edits } = ofModel(name, model);
  const load = lineBefore(text, statement, `${parameter.name} = ${manager}.get(pk=${key})`);
  return [...edits, { range: rangeOf(parameter), newText: key }, load].map((edit) => ({ path, ...edit }));
}

function rangeOf({ start, end }: Parameter) {
  return { start, end };
}

/** Behind the docstring and the imports of the function. */
function firstOwnStatement(body: readonly Statement[]): Statement | undefined {
  return body.find(
    (statement, index) =>
      statement.kind !== "Import" &&
      statement.kind !== "ImportFrom" &&
      !(index === 0 && statement.kind === "ExpressionStatement" && statement.value.kind === "StringLiteral"),
  );
}

function keyName(name: string): string {
  return `${name}_id`;
}

function editsOfCall(
  context: RuleContext,
  call: TaskStart,
  parameter: Parameter,
  model: Model,
): readonly FileEdit[] | undefined {
  const argument = taskArguments(call).find((each) => each.parameter?.name === parameter.name);
  const { path } = call.location;
  const node = argument?.node;
  if (call.open || !argument || !node || !isStoredRow(argument.value, model)) return undefined;
  const text = context.text(path);
  const key = keyName(parameter.name);
  const { keyword } = argument;
  const isQuoted = keyword && /["']/.test(text[keyword.start] ?? "");
  const quote = isQuoted ? (text[keyword.end - 1] ?? '"') : "";
  const renamed = keyword && {
    path,
    range: { start: keyword.start, end: keyword.end },
    newText: `${quote}${key}${quote}`,
  };
  return [...(renamed ? [renamed] : []), ...keyEdits(path, node)];
}

/** There is a row of the model, which the database has. */
function isStoredRow(value: TaskArgument["value"], model: Model): value is Instance {
  return value.kind === "instance" && value.model.label === model.label && value.state.inTable !== false;
}

function keyEdits(path: string, node: Expression): readonly FileEdit[] {
  const at = (offset: number, newText: string): FileEdit => ({
    path,
    range: { start: offset, end: offset },
    newText,
  });
  return isPrimary(node) ? [at(node.end, ".pk")] : [at(node.start, "("), at(node.end, ").pk")];
}

function isPrimary({ kind }: Expression): boolean {
  return kind === "Name" || kind === "Attribute" || kind === "Call" || kind === "Subscript";
}
