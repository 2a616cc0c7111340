import { isTaskClass } from "../../django/celery-applications.ts";
import { middleware } from "../../django/project-settings.ts";
import { taskOf } from "../../django/tasks.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import type { Call, Expression, FunctionDef } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { isStatement, pathTo, walk } from "../../syntax/walk.ts";
import { callsMethod } from "../calls-method.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { classesInUse } from "../request/middleware-in-use.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { callsOfLibrary } from "./library-calls.ts";
import { contextFixes, returnFixes } from "./tenant-context-fix.ts";

export const tenantContextLeak: FactRule = {
  kind: "facts",
  code: "QS916",
  name: "tenant-context-leak",
  summary: "A worker is left in the schema of a tenant, or a __call__() of tasks loses their result",
  level: "error",
  fix: "unsafe",
  stage: 2,
  run: (context) => [...leaks(context), ...lostResults(context)],
};

const setters = ["set_tenant", "set_schema"] as const;

function leaks(context: RuleContext): readonly Finding[] {
  const { program } = context.project;
  return setters.flatMap((setter) =>
    callsOfLibrary(program, `django.db.connection.${setter}`).flatMap(({ module, call, symbol }) => {
      const node = pathTo(module.file.tree, call).findLast(
        (each): each is FunctionDef => "kind" in each && each.kind === "FunctionDef",
      );
      const owner = node && program.functions(module).find((each) => each.node === node);
      if (!owner || isReset(owner.node)) return [];
      const { path } = module.file;
      if (runsInWorker(context, owner))
        return [leakOf(path, call, setter, symbol, contextFixes(context, module, owner.node, call, setter))];
      return leaksRequest(context, owner, call) ? [leakOfRequest(path, call, setter, symbol)] : [];
    }),
  );
}

/**
 * Middleware that sets the connection under a condition, and that nothing of which sets it in any case: a request that does
 * not meet the condition finds the tenant of the last one.
 */
function leaksRequest(context: RuleContext, { module, owner, node }: FunctionSymbol, call: Call): boolean {
  const { names } = middleware(context.project.settings);
  if (!owner || names.some((name) => /^(?:django_tenants|tenant_schemas)\./.test(name))) return false;
  if (!classesInUse(context).has(`${module.name}.${owner.qualifiedName}`)) return false;
  const path = pathTo(module.file.tree, call);
  const inner = path.slice(path.indexOf(node) + 1).filter(isStatement);
  const isConditional = inner.some(({ kind }) => kind === "If");
  const isPlain = inner.every(
    (each) => each.kind === "ExpressionStatement" || (each.kind === "If" && each.orElse.length === 0),
  );
  let setters = 0;
  walk(owner.node, (each) => {
    const isCall = "kind" in each && each.kind === "Call" && each.function.kind === "Attribute";
    if (isCall && /^set_(?:tenant|schema|schema_to_public)$/.test(each.function.attribute.name)) setters += 1;
    return undefined;
  });
  return isConditional && isPlain && setters === 1;
}

/** A task, or what the class of a task does around each of them. */
function runsInWorker({ project: { program } }: RuleContext, symbol: FunctionSymbol): boolean {
  return taskOf(program, symbol) !== undefined || isCallOfTask(program, symbol);
}

function isCallOfTask(program: RuleContext["project"]["program"], { owner, name }: FunctionSymbol): boolean {
  return owner !== undefined && name === "__call__" && isTaskClass(program, owner);
}

/** Some `finally` of the function sets the connection again. */
function isReset(node: FunctionDef): boolean {
  let found = false;
  walk(node, (each) => {
    if ("kind" in each && each.kind === "Try") {
      found ||= callsMethod(each.finalBody, (name) => /^set_(?:tenant|schema|schema_to_public)$/.test(name));
    }
    return !found;
  });
  return found;
}

function leakOf(path: string, call: Call, setter: string, symbol: string, fixes: readonly Fix[]): Finding {
  const location = { path, range: { start: call.start, end: call.end } };
  return {
    ...findingBase(tenantContextLeak),
    remedy: "tenant-context",
    confidence: "high",
    message: `"connection.${setter}()" is not undone when the task ends: the next task of this worker works with the data of this tenant.`,
    help: "Use the block of tenant_context() or schema_context(), or set the connection back in a finally.",
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [{ message: "The connection is set here", location }],
    fixes,
  };
}

function leakOfRequest(path: string, call: Call, setter: string, symbol: string): Finding {
  const leak = leakOf(path, call, setter, symbol, []);
  return {
    ...leak,
    confidence: "medium",
    message: `"connection.${setter}()" stands under a condition and is not undone: the next request of this worker that does not meet it works with the data of this tenant.`,
    help: "Begin each request with connection.set_schema_to_public().",
  };
}

/** `__call__()` of a task's class that calls Celery's and does not give back what that gives. */
function lostResults({ project: { program } }: RuleContext): readonly Finding[] {
  return program.modules
    .filter(({ firstParty, file }) => firstParty && mentions(file, "__call__"))
    .flatMap((module) =>
      program.functions(module).flatMap((symbol) => {
        if (!isCallOfTask(program, symbol) || returnsSomething(symbol.node)) return [];
        const call = superCall(symbol.node);
        return call ? [lossOf(symbol, call)] : [];
      }),
    );
}

function returnsSomething(node: FunctionDef): boolean {
  let found = false;
  walk(node, (each) => {
    found ||= "kind" in each && each.kind === "Return" && each.value !== undefined;
    return !found;
  });
  return found;
}

/** `super().__call__(…)` */
function superCall(node: FunctionDef): Call | undefined {
  let found: Call | undefined;
  walk(node, (each) => {
    if ("kind" in each && each.kind === "Call" && isSuperCall(each.function)) found ??= each;
    return found === undefined;
  });
  return found;
}

function isSuperCall(callee: Expression): boolean {
  return (
    callee.kind === "Attribute" &&
    callee.attribute.name === "__call__" &&
    callee.value.kind === "Call" &&
    callee.value.function.kind === "Name" &&
    callee.value.function.name === "super"
  );
}

function lossOf({ module, node, qualifiedName, owner }: FunctionSymbol, call: Call): Finding {
  const location = { path: module.file.path, range: { start: call.start, end: call.end } };
  return {
    ...findingBase(tenantContextLeak),
    remedy: "tenant-context",
    confidence: "high",
    message: `"${owner?.name}.__call__()" does not give back what the task gives: every task of this class has the result None.`,
    help: "return super().__call__(*args, **kwargs)",
    location,
    symbol: `${module.name}.${qualifiedName}`,
    model: undefined,
    origin: location,
    evidence: [{ message: "The task runs here", location }],
    fixes: returnFixes(module, node, call),
  };
}
