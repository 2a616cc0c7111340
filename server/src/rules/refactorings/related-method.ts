/** Eager loading of a chain as a method of the model's querysets, where other chains can use it: `with_related()`. */
import type { Manager, Model } from "../../django/model-graph.ts";
import { addMethod, setAttribute } from "../../edits/class-members.ts";
import { importName } from "../../edits/imports.ts";
import { methodCalls, type TextReplacement } from "../../edits/queryset-chain.ts";
import { startsLine } from "../../edits/statement-lines.ts";
import { lineBreakOf } from "../../edits/text-edit.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, Module } from "../../python/symbols.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import type { FileEdit } from "../finding.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import type { Refactoring } from "./refactoring.ts";

type MethodCall = ReturnType<typeof methodCalls>[number];

const eagerLoading: ReadonlySet<string> = new Set(["select_related", "prefetch_related"]);

/** Of Django's methods those that give a queryset of the same class. */
const keepingClass: ReadonlySet<string> = new Set([
  ...eagerLoading,
  ...[
    "all",
    "filter",
    "exclude",
    "order_by",
    "reverse",
    "distinct",
    "annotate",
    "alias",
    "only",
    "defer",
    "using",
  ],
]);

export function relatedMethods(context: RuleContext, path: string): readonly Refactoring[] {
  const module = context.project.program.moduleOfFile(path);
  if (!module) return [];
  const calls = factsOfKind(context.facts, "querysetCall").filter(
    ({ location, method }) => location.path === path && eagerLoading.has(method),
  );
  // Of each chain the last call; another root may have come to the same.
  const inner = new Set(
    calls.flatMap(({ call }) =>
      methodCalls(call)
        .slice(1)
        .map(({ start, end }) => `${start}:${end}`),
    ),
  );
  const last = new Map(
    calls
      .filter(({ call }) => !inner.has(`${call.start}:${call.end}`))
      .map(({ call, queryset }) => [call.start, { call, model: queryset.model }]),
  );
  return [...last.values()].flatMap(({ call, model }) => refactoringOf(context, module, call, model) ?? []);
}

function refactoringOf(
  { project }: RuleContext,
  module: Module,
  call: Call,
  model: Model,
): Refactoring | undefined {
  const { program } = project;
  const calls = methodCalls(call);
  const loading = calls.filter(({ function: callee }) => eagerLoading.has(callee.attribute.name)).reverse();
  const manager = managerOf(program, module, calls, model);
  if (!manager || !loading.every(namesPaths)) return undefined;
  const { text } = module.file;
  const code = loading.map(({ function: callee, end }) => `.${text.slice(callee.attribute.start, end)}`);
  // Lines of a call that is written on several would stand at another depth.
  if (code.some((each) => each.includes("\n"))) return undefined;
  const declared = declare(program, model, manager, code.join(""));
  if (!declared) return undefined;
  const { path } = module.file;
  return {
    kind: "refactor.extract",
    title: `Extract ${declared.name}() into ${declared.owner}`,
    range: { start: call.start, end: call.end },
    edits: [...calling(loading, declared.name).map((edit) => ({ path, ...edit })), ...declared.edits],
  };
}

/** The manager that starts the chain, where all methods up to the eager loading give its querysets. */
function managerOf(
  program: PythonProgram,
  module: Module,
  calls: readonly MethodCall[],
  model: Model,
): Manager | undefined {
  const start = calls.at(-1)?.function.value;
  if (start?.kind !== "Attribute") return undefined;
  const owner = program.resolveExpression(module, start.value);
  const manager = model.managers.get(start.attribute.name);
  if (owner.kind !== "class" || owner.id !== model.symbol?.id || !manager?.known) return undefined;
  const own = manager.querysetClass;
  const keeps = ({ function: callee }: MethodCall): boolean =>
    keepingClass.has(callee.attribute.name) ||
    (own !== undefined && program.lookupMember(own, callee.attribute.name).kind === "found");
  return calls.every(keeps) ? manager : undefined;
}

/** Strings mean the same in another file. */
function namesPaths(call: MethodCall): boolean {
  return (
    call.arguments.length > 0 &&
    call.keywords.length === 0 &&
    call.arguments.every(({ kind }) => kind === "StringLiteral")
  );
}

/** The first call becomes that of the method, the others go. */
function calling([first, ...others]: readonly MethodCall[], name: string): readonly TextReplacement[] {
  if (first === undefined) return [];
  return [
    { range: { start: first.function.attribute.start, end: first.end }, newText: `${name}()` },
    ...others.map((call) => ({ range: { start: call.function.value.end, end: call.end }, newText: "" })),
  ];
}

interface Declaration {
  readonly name: string;
  /** The name of the class. */
  readonly owner: string;
  readonly edits: readonly FileEdit[];
}

const methodName = "with_related";

function declare(
  program: PythonProgram,
  model: Model,
  manager: Manager,
  chain: string,
): Declaration | undefined {
  const method = [`def ${methodName}(self):`, `    return self${chain}`];
  const { managerClass, querysetClass } = manager;
  if (querysetClass !== undefined) {
    const { file, firstParty } = querysetClass.module;
    const isNew = program.lookupMember(querysetClass, methodName).kind !== "found";
    const edit = isNew && firstParty ? addMethod(file, querysetClass.node, method) : undefined;
    return edit && { name: methodName, owner: querysetClass.name, edits: [{ path: file.path, ...edit }] };
  }
  const isImplicit = manager.name === "objects" && model.managers.size === 1;
  return managerClass === undefined && isImplicit && model.symbol
    ? declareClass(program, model.symbol, method)
    : undefined;
}

/** A queryset class above the model, and its manager below the fields. */
function declareClass(
  program: PythonProgram,
  { module, name, node }: ClassSymbol,
  method: readonly string[],
): Declaration | undefined {
  const { file, firstParty } = module;
  const { path, text } = file;
  const owner = `${name}QuerySet`;
  const start = startOf(node);
  if (!firstParty || !startsLine(text, start) || node.start !== start) return undefined;
  if (program.resolveExport(module, owner).kind !== "unknown") return undefined;
  const models = importName(file, "django.db", "models");
  const field = node.body.findLast((each) => each.kind === "Assign")?.targets[0];
  const attribute = setAttribute(file, node, {
    name: "objects",
    code: `${owner}.as_manager()`,
    below: field?.kind === "Name" ? field.name : "",
  });
  if (!models || !attribute) return undefined;
  const lineBreak = lineBreakOf(text);
  const lines = [
    `class ${owner}(${models.expression}.QuerySet):`,
    ...method.map((line) => `    ${line}`),
    "",
    "",
    "",
  ];
  return {
    name: methodName,
    owner,
    edits: [
      ...models.edits.map((edit) => ({ path, ...edit })),
      { path, range: { start, end: start }, newText: lines.join(lineBreak) },
      { path, ...attribute },
    ],
  };
}

/** Decorators stand above. */
function startOf({
  decorators,
  start,
}: {
  readonly decorators: readonly Expression[];
  readonly start: number;
}): number {
  return Math.min(start, ...decorators.map((decorator) => decorator.start - 1));
}
