import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { CacheCall } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression } from "../../syntax/ast.ts";
import { type Node, pathTo, walkExpressions } from "../../syntax/walk.ts";
import type { Finding, Level } from "../finding.ts";
import { placeKey } from "../finding-parts.ts";
import { flowingInto, flowsOf } from "../flows.ts";
import { isRequest } from "../rows-of-one.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { symbolAt } from "../tasks/symbol-at.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { cacheCalls, cacheFinding } from "./cache-calls.ts";
import { treatsKey } from "./key-writers.ts";

export const unstableCacheKey: FactRule = {
  kind: "facts",
  code: "QS720",
  name: "unstable-cache-key",
  summary: "The key of a cache is another one in each process, or as long and as varied as what comes in",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const findings = new Map<string, Finding>();
    for (const call of cacheCalls(context, ...storingMethods, "get", "delete")) {
      const problems = problemsOf(context, call);
      const storing = problems.length > 0 ? storesHere(context, call) : "here";
      for (const { node, problem } of problems) {
        // A text of a client that is only looked for makes no entry, and what nobody stores, nobody misses.
        if ((problem === "input" || problem === "hash") && storing === "never") continue;
        const place = placeKey({ path: call.location.path, range: node });
        if (!findings.has(place)) findings.set(place, findingOf(context, call, node, problem, storing));
      }
    }
    return [...findings.values()];
  },
};

type Problem = "hash" | "identity" | "representation" | "sql" | "input";

function problemsOf(
  context: RuleContext,
  { key, location: { path }, node }: CacheCall,
): readonly { readonly node: Expression; readonly problem: Problem }[] {
  const module = context.project.program.moduleOfFile(path);
  if (!module || !key) return [];
  const scope = functionAround(module.file.tree, node);
  const queries = queryCalls(context);
  // What a client asks for may be no row; a row is one of those that there are.
  const isChecked = (around: readonly Node[], each: Expression): boolean =>
    queries.has(each) || isKey(each) || isDigest(context, module, around, each);
  const digests = (each: Expression) => isChecked(pathTo(module.file.tree, each), each);
  const parts = scope ? flowingInto(flowsOf(scope), key.node, digests) : [key.node];
  const found: { node: Expression; problem: Problem }[] = [];
  for (const part of parts) {
    walkExpressions(part, (each) => {
      const around = pathTo(module.file.tree, each);
      const problem = problemOf(context, module, around, each);
      if (problem) found.push({ node: each, problem });
      return problem === undefined && !isChecked(around, each);
    });
  }
  return found;
}

/** The calls of methods of querysets and managers. */
function queryCalls({ facts }: RuleContext): ReadonlySet<Expression> {
  return remembered(
    callsByFacts,
    facts,
    () => new Set(factsOfKind(facts, "querysetCall").map(({ call }) => call)),
  );
}

const callsByFacts = new AnswersOf<RuleContext["facts"], ReadonlySet<Expression>>();

function problemOf(
  context: RuleContext,
  module: Module,
  around: readonly Node[],
  node: Expression,
): Problem | undefined {
  if (node.kind === "Call") {
    const [first] = node.arguments;
    const callee = symbolAt(context.project.program, module, around, node.function);
    const name = callee.kind === "external" ? callee.name : "";
    // Numbers are their own hash.
    if (name === "builtins.hash") return first && isKey(first) ? undefined : "hash";
    if (name === "builtins.id") return "identity";
    if (name === "builtins.repr") return "representation";
  }
  if (
    node.kind === "Attribute" &&
    node.attribute.name === "query" &&
    isTurnedIntoText(context, module, around)
  )
    return "sql";
  return isInput(node) ? "input" : undefined;
}

/**
 * Where an entry is made under the key of the call: by the call itself, or perhaps by other functions. `never`: the
 * function stores under other keys, or nobody stores under such a one.
 */
type Storing = "here" | "perhaps" | "never";

const storingMethods = ["set", "add", "get_or_set"] as const;

function storesHere(context: RuleContext, call: CacheCall): Storing {
  if (storingMethods.some((method) => method === call.method)) return "here";
  const { path } = call.location;
  const tree = context.project.program.moduleOfFile(path)?.file.tree;
  const scope = tree && functionAround(tree, call.node);
  const isBeside = ({ location }: CacheCall): boolean =>
    scope !== undefined &&
    location.path === path &&
    location.range.start >= scope.start &&
    location.range.end <= scope.end;
  if (cacheCalls(context, ...storingMethods).some(isBeside)) return "never";
  return treatsKey(context, call, [...storingMethods, "set_many"]) === "no" ? "never" : "perhaps";
}

function isKey(node: Expression): boolean {
  return node.kind === "Attribute" && /^(?:pk|id|\w+_id)$/.test(node.attribute.name);
}

/** `str(queryset.query)`, or the query in a formatted string. */
function isTurnedIntoText(context: RuleContext, module: Module, around: readonly Node[]): boolean {
  const parent = around.at(-2);
  if (!parent || !("kind" in parent)) return false;
  if (parent.kind === "FormattedString") return true;
  if (parent.kind !== "Call") return false;
  const callee = symbolAt(context.project.program, module, around, parent.function);
  return callee.kind === "external" && callee.name === "builtins.str";
}

/** `request.GET["q"]`, `dict(request.GET)`, `request.GET.urlencode()`, `request.get_full_path()`: whatever somebody types. */
function isInput(node: Expression): boolean {
  if (node.kind === "Subscript") return isQuery(node.value);
  if (node.kind !== "Call") return false;
  const [first] = node.arguments;
  if (node.function.kind === "Name")
    return /^(?:dict|str|sorted)$/.test(node.function.name) && first !== undefined && isQuery(first);
  if (node.function.kind !== "Attribute") return false;
  const { value, attribute } = node.function;
  if (isQuery(value)) return /^(?:get|urlencode|dict|items|lists)$/.test(attribute.name);
  return isRequest(value) && /^(?:get_full_path|build_absolute_uri)$/.test(attribute.name);
}

function isQuery(node: Expression): boolean {
  return (
    node.kind === "Attribute" &&
    /^(?:GET|POST|query_params)$/.test(node.attribute.name) &&
    isRequest(node.value)
  );
}

/** A digest has one length whatever goes in; a number or a slug has been checked. */
function isDigest(context: RuleContext, module: Module, around: readonly Node[], node: Expression): boolean {
  if (node.kind !== "Call") return false;
  const { function: callee } = node;
  const symbol = symbolAt(context.project.program, module, around, callee);
  const written =
    callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
  const name = symbol.kind === "external" ? symbol.name : written;
  return name !== "builtins.hash" && /hash|md5|sha\d|digest|slugify|crc32|(^|\.)int$/i.test(name);
}

/**
 * Python salts the hashes of texts and bytes; those of numbers, and of tuples of them, are the same everywhere. What the
 * parts are, a name does not tell.
 */
function hashesText(context: RuleContext, { location: { path } }: CacheCall, node: Expression): boolean {
  const module = context.project.program.moduleOfFile(path);
  const scope = module && functionAround(module.file.tree, node);
  if (!module || node.kind !== "Call") return false;
  const parts = scope ? node.arguments.flatMap((part) => flowingInto(flowsOf(scope), part)) : node.arguments;
  const parameters = scope?.parameters.filter(
    ({ annotation, default: value }) =>
      (annotation?.kind === "Name" && annotation.name === "str") || (value !== undefined && isText(value)),
  );
  const names = new Set(parameters?.map(({ name }) => name));
  return parts.some((part) => isText(part) || (part.kind === "Name" && names.has(part.name)));
}

function isText(node: Expression): boolean {
  switch (node.kind) {
    case "StringLiteral":
    case "FormattedString":
      return true;
    case "TupleLiteral":
      return node.elements.some(isText);
    case "BinaryOperation":
      return isText(node.left) || isText(node.right);
    case "Call":
      return node.function.kind === "Attribute"
        ? /^(?:encode|format|get_full_path|join|lower|upper|urlencode)$/.test(node.function.attribute.name)
        : node.function.kind === "Name" && /^(?:bytes|repr|str)$/.test(node.function.name);
    default:
      return false;
  }
}

const reasons: Readonly<Record<Problem, { readonly text: string; readonly level: Level }>> = {
  hash: {
    text: "gives another number in each process, so that no worker finds what another one stored",
    level: "warning",
  },
  identity: {
    text: "is an address in the memory of the process: another object may have it later",
    level: "warning",
  },
  representation: {
    text: "may contain an address in the memory of the process, and is of any length",
    level: "info",
  },
  sql: {
    text: "is as long as the query: Memcached refuses keys of more than 250 characters, and those with spaces",
    level: "info",
  },
  input: {
    text: "is whatever a client sends: of any length, and each spelling is an entry of its own",
    level: "info",
  },
};

function findingOf(
  context: RuleContext,
  call: CacheCall,
  node: Expression,
  problem: Problem,
  storing: Storing,
): Finding {
  const { path } = call.location;
  const text = context.text(path).slice(node.start, node.end).replace(/\s+/g, " ");
  const location = { path, range: { start: node.start, end: node.end } };
  const { text: reason, level } = reasons[problem];
  return {
    ...cacheFinding(context, unstableCacheKey, call, {
      step: "Uses the key",
      level,
      evidence: [{ message: "Is part of the key", location }],
      confidence:
        problem === "representation" ||
        (problem === "input" && storing !== "here") ||
        (problem === "hash" && !hashesText(context, call, node))
          ? "medium"
          : "high",
      message: `"${text}" is part of the key and ${reason}.`,
      help: "Put a digest of it into the key: hashlib.sha256(text.encode()).hexdigest().",
      fixes: [],
    }),
    location,
    origin: location,
  };
}
