import type { CacheCall } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { FunctionSymbol, Module } from "../../python/symbols.ts";
import { alternativesOf } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Attribute, Call, Expression, FunctionDef } from "../../syntax/ast.ts";
import { type Node, pathTo, walkExpressions } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { symbolAt } from "../tasks/symbol-at.ts";
import { cacheCalls, writtenName } from "./cache-calls.ts";

export const getOrSetEagerDefault: FactRule = {
  kind: "facts",
  code: "QS704",
  name: "get-or-set-eager-default",
  summary: "The default of `get_or_set()` is computed on every call, also where the cache has the answer",
  level: "warning",
  fix: "safe",
  stage: 2,
  run: (context) =>
    cacheCalls(context, "get_or_set").flatMap((call) => {
      const work = call.value && workOf(context, call, call.value.node);
      return work && !isCallable(context.project, call.value.value)
        ? [findingOf(context, call, call.value.node, work)]
        : [];
    }),
};

/** `unknown`: the function that is called may be a cheap one, or give a function itself. */
type Work = "known" | "unknown";

/** Undefined where evaluating the expression is as good as nothing. */
function workOf(context: RuleContext, call: CacheCall, node: Expression): Work | undefined {
  const values = call.value ? alternativesOf(call.value.value) : [];
  // A queryset is cheap to build, and evaluated only where it is stored.
  if (values.some(({ kind }) => kind === "queryset" || kind === "manager")) return undefined;
  let work: Work | undefined;
  walkExpressions(node, (part) => {
    if (part.kind === "Lambda") return false;
    if (part.kind === "Comprehension") work = "known";
    if (part.kind === "Call") {
      const found = workOfCall(context, call, part);
      if (found === "known" || work === undefined) work = found;
    }
    return undefined;
  });
  return work === "unknown" && values.some(({ kind }) => kind === "instance") ? "known" : work;
}

/** Functions that make a callable, or a value that costs nothing. */
const cheapFunctions =
  /^(?:functools\.partial|operator\.\w+|time\.\w+|datetime\..+|uuid\.\w+|random\.\w+|secrets\.\w+|decimal\.\w+|django\.utils\.(?:timezone|crypto|translation)\.\w+|builtins\.(?:bool|bytes|dict|float|frozenset|getattr|int|len|list|max|min|object|range|repr|round|set|str|super|tuple|type))$/;

/** Methods of dictionaries, texts and dates. */
const cheapMethods =
  /^(?:copy|date|decode|encode|endswith|format|get|hex|hexdigest|isoformat|items|join|keys|lower|lstrip|pop|replace|rstrip|setdefault|split|startswith|strftime|strip|title|total_seconds|upper|values)$/;

function workOfCall(context: RuleContext, { location: { path } }: CacheCall, node: Call): Work | undefined {
  const { program, models } = context.project;
  const module = program.moduleOfFile(path);
  if (!module) return undefined;
  const around = pathTo(module.file.tree, node);
  const callee = symbolAt(program, module, around, node.function);
  switch (callee.kind) {
    case "external":
      return cheapFunctions.test(callee.name) ? undefined : "unknown";
    case "function":
      return doesNothing(callee.node) ? undefined : "known";
    case "class":
      return "unknown";
    default:
      break;
  }
  if (node.function.kind !== "Attribute") return "unknown";
  const own = ownMethod(program, module, around, node.function);
  if (own) return doesNothing(own.node) ? undefined : "known";
  const first = symbolAt(program, module, around, firstOf(node.function));
  if (first.kind === "class" && models.modelOfClass(first)) return "known";
  return cheapMethods.test(node.function.attribute.name) ? undefined : "unknown";
}

/** `Task` of `Task.objects.filter(done=True).count` */
function firstOf(node: Expression): Expression {
  switch (node.kind) {
    case "Attribute":
    case "Subscript":
      return firstOf(node.value);
    case "Call":
      return firstOf(node.function);
    default:
      return node;
  }
}

function ownMethod(
  program: PythonProgram,
  module: Module,
  around: readonly Node[],
  { value, attribute }: Attribute,
): FunctionSymbol | undefined {
  if (value.kind !== "Name" || !/^(?:self|cls)$/.test(value.name)) return undefined;
  const owner = around.findLast((node) => "kind" in node && node.kind === "ClassDef");
  const symbol = program.classes(module).find(({ node }) => node === owner);
  const member = symbol && program.lookupMember(symbol, attribute.name);
  return member?.kind === "found" && member.symbol.kind === "function" ? member.symbol : undefined;
}

/** Whatever it gives is written down. */
function doesNothing(node: FunctionDef): boolean {
  let calls = false;
  for (const statement of node.body) {
    walkExpressions(statement, ({ kind }) => {
      calls ||= kind === "Call" || kind === "Comprehension";
      return !calls;
    });
  }
  return !calls;
}

function isCallable({ program }: RuleContext["project"], value: Value): boolean {
  return alternativesOf(value).some((each) => {
    switch (each.kind) {
      case "function":
      case "method":
      case "class":
        return true;
      case "external":
        return !each.name.endsWith("()");
      case "object":
        return program.lookupMember(each.symbol, "__call__").kind !== "absent";
      default:
        return false;
    }
  });
}

function findingOf(context: RuleContext, call: CacheCall, node: Expression, work: Work): Finding {
  const { location, symbol } = call;
  const { path } = location;
  const range = { start: node.start, end: node.end };
  const text = context.text(path).slice(node.start, node.end).replace(/\s+/g, " ");
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return {
    ...findingBase(getOrSetEagerDefault),
    remedy: "cache-default",
    level: levelInRoots(context, getOrSetEagerDefault.level, [call]),
    confidence: work === "known" ? "high" : "medium",
    message: `"${shown}" is computed on every call of ${writtenName(context, call)}(), also where the cache has the answer.`,
    help: "Pass a callable: it is called only where the cache has no answer.",
    location: { path, range },
    symbol,
    model: undefined,
    origin: { path, range },
    evidence: [
      { message: "Looks the key up", location },
      { message: "Is evaluated before that", location: { path, range } },
    ],
    fixes: fixOf(context, call, node),
  };
}

/** None where the expression waits or binds names, which a lambda cannot, and in the body of a class, whose names it does not see. */
function fixOf(context: RuleContext, { location: { path } }: CacheCall, node: Expression): readonly Fix[] {
  const module = context.project.program.moduleOfFile(path);
  if (!module) return [];
  const scope = pathTo(module.file.tree, node).findLast(
    (each) => "kind" in each && (each.kind === "FunctionDef" || each.kind === "ClassDef"),
  );
  const isInClass = scope !== undefined && "kind" in scope && scope.kind === "ClassDef";
  let isMovable = !isInClass;
  walkExpressions(node, ({ kind }) => {
    if (kind === "Await" || kind === "NamedExpression" || kind === "Yield" || kind === "YieldFrom")
      isMovable = false;
    return undefined;
  });
  const hasOpenArguments = node.kind === "Starred";
  if (!isMovable || hasOpenArguments) return [];
  const isPlainCall =
    node.kind === "Call" &&
    node.function.kind === "Name" &&
    node.arguments.length + node.keywords.length === 0;
  const edit = isPlainCall
    ? { path, range: { start: node.function.end, end: node.end }, newText: "" }
    : { path, range: { start: node.start, end: node.start }, newText: "lambda: " };
  // A comment between the parentheses would be lost.
  if (isPlainCall && context.text(path).slice(edit.range.start, edit.range.end).includes("#")) return [];
  return [{ title: "Pass a callable as default", safety: "safe", preferred: true, edits: [edit] }];
}
