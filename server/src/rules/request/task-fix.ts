/** The fix that makes a task of the statements that send an e-mail. */
import { groupBy } from "../../base/group-by.ts";
import type { TextRange } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import { importBlock, type WantedImport } from "../../edits/import-block.ts";
import { importName, importNames } from "../../edits/imports.ts";
import { movedText } from "../../edits/moved-text.ts";
import { snakeCase, unusedName } from "../../edits/names.ts";
import { withoutImport } from "../../edits/remove-import.ts";
import { indentationAt } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { Module } from "../../python/symbols.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import type { RequestPlace } from "./blocking-places.ts";
import { type EmailStatements, emailStatements, isAwaitedByCaller } from "./email-statements.ts";
import { knownNames } from "./known-names.ts";
import { afterwardsInTitle } from "./success-messages.ts";
import { type TaskBody, type TaskParameter, taskBody } from "./task-body.ts";
import { importPathOf, leadsTo, type TaskModule, taskModuleOf } from "./task-module.ts";
import type { TaskQueue } from "./task-queue.ts";

/** None where something that the message is made of cannot be handed to a task, or where other code sends it as well. */
export function taskFixes(
  context: RuleContext,
  email: RequestPlace,
  queue: TaskQueue | undefined,
): readonly Fix[] {
  const isShared = email.all.some(({ root }) => root.context === "task" || root.context === "command");
  if (!queue || isShared || isAwaitedByCaller(context, email)) return [];
  const statements = emailStatements(context, email);
  const tasks = statements && taskModuleOf(context, statements.module);
  const body = statements && taskBody(context, statements, knownNames(email.all));
  if (!statements || !tasks || !body) return [];
  const task = writeTask(context, { statements, tasks, body, queue });
  const caller = task && callTask(statements, tasks, body, queue, task.name);
  if (!task || !caller) return [];
  return [
    {
      title: `Send the e-mail in a ${queue.label} task after the transaction (${afterwardsInTitle(context, email.all)})`,
      safety: "unsafe",
      preferred: true,
      edits: [
        ...caller.map((edit) => ({ path: statements.module.file.path, ...edit })),
        ...task.edits.map((edit) => ({ path: tasks.path, ...edit })),
      ],
    },
  ];
}

interface TaskParts {
  readonly statements: EmailStatements;
  readonly tasks: TaskModule;
  readonly body: TaskBody;
  readonly queue: TaskQueue;
}

function writeTask(
  context: RuleContext,
  { statements, tasks, body, queue }: TaskParts,
): { readonly name: string; readonly edits: readonly TextEdit[] } | undefined {
  const { module } = statements;
  const { program } = context.project;
  const rows = body.parameters.flatMap(({ row }) => (row ? [row] : []));
  const sources = rows.map(({ model }) => modelSource(context, tasks, model));
  if (sources.some((source) => source === undefined)) return undefined;
  const modelModules = rows.flatMap(({ model }) => model.symbol?.module ?? []);
  if (leadsTo(program, [...modelModules, ...(tasks.module ? [tasks.module] : [])], module)) return undefined;

  const name = unusedName(takenNames(module, tasks), taskNames(statements));
  const wanted = [queue.decorator, ...body.imports, ...sources.flatMap((source) => source?.import ?? [])];
  const imports = tasks.module && importInto(tasks.module, wanted);
  if (tasks.module && !imports) return undefined;
  const expressionOf = (wish: WantedImport) => imports?.expressions.get(keyOf(wish)) ?? wish.name;

  const fetches = rows.map(({ variable }, index) => {
    const source = sources[index];
    const key = body.parameters.filter(({ row }) => row)[index]?.name ?? "";
    return source ? `    ${variable} = ${source.rows(expressionOf(source.import))}.get(pk=${key})\n` : "";
  });
  const renamed = body.edits.map((edit) => {
    const wish = body.imports.find((candidate) => candidate.name === edit.newText);
    return wish ? { ...edit, newText: expressionOf(wish) } : edit;
  });
  const moved = movedText(module.file.text, statements.nodes, "    ", renamed);
  const decorator = `@${expressionOf(queue.decorator)}`;
  const parameters = body.parameters.map((parameter) => parameter.name).join(", ");
  const definition = `${decorator}\ndef ${name}(${parameters}):\n${fetches.join("")}${moved}\n`;
  if (!tasks.module) {
    const block = importBlock(wanted, (dotted) => program.module(dotted) !== undefined);
    return { name, edits: [{ range: { start: 0, end: 0 }, newText: `${block}\n\n${definition}` }] };
  }
  const { text } = tasks.module.file;
  const separator = text.trim() === "" ? "" : text.endsWith("\n") ? "\n\n" : "\n\n\n";
  const end = { start: text.length, end: text.length };
  return { name, edits: [...(imports?.edits ?? []), { range: end, newText: `${separator}${definition}` }] };
}

interface ModelSource {
  readonly import: WantedImport;
  /** The manager behind the imported expression. */
  rows(imported: string): string;
}

function modelSource(context: RuleContext, tasks: TaskModule, model: Model): ModelSource | undefined {
  const { symbol } = model;
  const manager = model.managers.has("objects") ? "objects" : "_default_manager";
  if (symbol?.module.firstParty) {
    if (symbol.qualifiedName !== symbol.name) return undefined;
    const { program } = context.project;
    const package_ = /^(.*\.models)\./.exec(symbol.module.name)?.[1];
    const exported = package_ === undefined ? undefined : program.module(package_);
    const found = exported && program.resolveExport(exported, symbol.name);
    const source = found?.kind === "class" && found.id === symbol.id ? exported : symbol.module;
    const app = `${tasks.app.moduleName}.`;
    const name = source?.name ?? symbol.module.name;
    const isRelative = name.startsWith(app) && !importsByFullName(tasks, name);
    const module = isRelative ? `.${name.slice(app.length)}` : name;
    return { import: { module, name: symbol.name }, rows: (imported) => `${imported}.${manager}` };
  }
  if (model !== context.project.models.userModel) return undefined;
  return {
    import: { module: "django.contrib.auth", name: "get_user_model" },
    rows: (imported) => `${imported}().${manager}`,
  };
}

function importsByFullName({ module }: TaskModule, name: string): boolean {
  const statements = module?.file.tree.body ?? [];
  return statements.some(
    (statement) => statement.kind === "ImportFrom" && statement.level === 0 && statement.module === name,
  );
}

function keyOf({ module, name }: WantedImport): string {
  return `${module} ${name}`;
}

function importInto(
  module: Module,
  wanted: readonly WantedImport[],
): { readonly expressions: ReadonlyMap<string, string>; readonly edits: readonly TextEdit[] } | undefined {
  const expressions = new Map<string, string>();
  const edits: TextEdit[] = [];
  for (const [source, group] of groupBy(wanted, (wish) => wish.module)) {
    const imported = importNames(module.file, source, [...new Set(group.map(({ name }) => name))]);
    if (!imported) return undefined;
    for (const [name, expression] of imported.expressions) {
      expressions.set(keyOf({ module: source, name }), expression);
    }
    edits.push(...imported.edits);
  }
  return { expressions, edits };
}

/** Replaces the statements by the call that starts the task. */
function callTask(
  { module, range, afterCommit }: EmailStatements,
  tasks: TaskModule,
  { parameters }: TaskBody,
  queue: TaskQueue,
  name: string,
): readonly TextEdit[] | undefined {
  const { file } = module;
  const task = importName(file, importPathOf(module, tasks), name);
  if (!task) return undefined;
  const edits: TextEdit[] = [];
  const call = (callee: string, values: readonly string[]) =>
    callText(callee, values, indentationAt(file.text, range.start));
  const values = parameters.map(({ argument }: TaskParameter) => argument);
  let started: string;
  if (afterCommit) started = call(`${task.expression}.${queue.start}`, values);
  else if (queue.startOnCommit !== undefined)
    started = call(`${task.expression}.${queue.startOnCommit}`, values);
  else {
    const transaction = importName(file, "django.db", "transaction");
    const partial = values.length === 0 ? undefined : importName(file, "functools", "partial");
    if (!transaction || (values.length > 0 && !partial)) return undefined;
    edits.push(...transaction.edits, ...(partial?.edits ?? []));
    const method = `${task.expression}.${queue.start}`;
    const callback = partial ? call(partial.expression, [method, ...values]) : method;
    started = call(`${transaction.expression}.on_commit`, [callback]);
  }
  // Imports of the project's own modules stand last.
  edits.push(...task.edits, { range: { start: range.start, end: range.end }, newText: started });
  return withoutUnusedImports(module, range, started, edits);
}

const longestLine = 100;

/** A call on one line, or with a line for each argument where that would be too long. */
function callText(callee: string, values: readonly string[], indentation: string): string {
  const line = `${callee}(${values.join(", ")})`;
  if (values.length === 1 && values[0]?.includes("\n")) return line;
  if (indentation.length + line.length <= longestLine || values.length === 0) return line;
  return `${callee}(\n${values.map((value) => `${indentation}    ${value},\n`).join("")}${indentation})`;
}

/** The edits, and the removal of imports of names that stood in the range alone. */
function withoutUnusedImports(
  { file }: Module,
  range: TextRange,
  replacement: string,
  edits: readonly TextEdit[],
): readonly TextEdit[] {
  const inside = new Set<string>();
  const outside = new Set<string>();
  walkExpressions(file.tree, (node) => {
    if (node.kind !== "Name") return undefined;
    const isInside = range.start <= node.start && node.end <= range.end;
    (isInside ? inside : outside).add(node.name);
    return undefined;
  });
  return [...inside]
    .filter((name) => !outside.has(name) && !new RegExp(`\\b${name}\\b`).test(replacement))
    .reduce((all, name) => withoutImport(file, name, all), edits);
}

function takenNames(module: Module, tasks: TaskModule): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const { file } of [module, ...(tasks.module ? [tasks.module] : [])]) {
    for (const match of file.text.matchAll(/\b[a-z_]\w*\b/g)) taken.add(match[0]);
  }
  return taken;
}

/** `send_signup_email` for what `signup()` or `SignupView` sends. */
function taskNames({ module, function: scope }: EmailStatements): readonly [string, string] {
  const owner = module.file.tree.body.find(
    (statement) =>
      statement.kind === "ClassDef" && statement.start <= scope.start && scope.end <= statement.end,
  );
  const source =
    owner?.kind === "ClassDef" && !/mail|notif|remind|invit|send/.test(scope.name.name)
      ? snakeCase(owner.name.name.replace(/View(?:Set)?$/, ""))
      : scope.name.name.replace(/^_+/, "");
  const subject = source
    .replace(/^(?:send|email|mail|notify)_/, "")
    .replace(/_(?:view|e?mails?|message)$/, "");
  return [`send_${subject}_email`, `send_${subject}_email_in_task`];
}
