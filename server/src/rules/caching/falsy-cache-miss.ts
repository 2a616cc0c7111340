import type { CacheCall } from "../../interpret/facts.ts";
import { alternativesOf } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Assign, Expression, If, NamedExpression, Statement } from "../../syntax/ast.ts";
import { innerBlocks } from "../../syntax/statement-walk.ts";
import { pathTo } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { flowingInto, flowsOf } from "../flows.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { cacheCalls, cacheFinding } from "./cache-calls.ts";

export const falsyCacheMiss: FactRule = {
  kind: "facts",
  code: "QS718",
  name: "falsy-cache-miss",
  summary: "An empty or zero value from the cache counts as missing, and is computed again each time",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run: (context) => {
    const stores = cacheCalls(context, "set", "add");
    return cacheCalls(context, "get").flatMap((read) => {
      const test = read.value ? undefined : testOf(context, read);
      const stored = test && stores.find((store) => isOfSameKey(context, read, store));
      const kind = stored && kindOf(context, stored);
      return test && kind ? [findingOf(context, read, test, kind)] : [];
    });
  },
};

interface TruthTest {
  /** As the code writes it: `if not value`. */
  readonly text: string;
  readonly test: Expression;
  /** What compares with None instead; undefined where there is no place for it. */
  readonly comparison: string | undefined;
}

function testOf(context: RuleContext, read: CacheCall): TruthTest | undefined {
  return testBehind(context, read) ?? testAround(context, read);
}

/** `if not (value := cache.get(key))`, or `value = cache.get(key) or …` */
function testAround(
  context: RuleContext,
  { location: { path }, node, statement }: CacheCall,
): TruthTest | undefined {
  const tree = context.project.program.moduleOfFile(path)?.file.tree;
  const text = ({ start, end }: Expression): string => context.text(path).slice(start, end);
  if (statement?.kind === "Assign" && statement.value.kind === "BooleanOperation") {
    const { operator, values } = statement.value;
    return operator === "or" && values.length === 2 && values[0] === node
      ? { text: `${text(node)} or …`, test: statement.value, comparison: undefined }
      : undefined;
  }
  const around = tree ? pathTo(tree, node) : [];
  const named = around.find(
    (each): each is NamedExpression =>
      "kind" in each && each.kind === "NamedExpression" && each.value === node,
  );
  const test = around.find(
    (each): each is If =>
      "kind" in each && each.kind === "If" && named !== undefined && truthOf(each.test).operand === named,
  )?.test;
  return named && test && comparedWithNone(test, named.target.name, `(${text(named)})`);
}

function truthOf(test: Expression): { readonly operand: Expression; readonly isNegated: boolean } {
  return test.kind === "UnaryOperation" && test.operator === "not"
    ? { operand: test.operand, isNegated: true }
    : { operand: test, isNegated: false };
}

function comparedWithNone(test: Expression, name: string, operand: string): TruthTest {
  const { isNegated } = truthOf(test);
  return {
    text: `if ${isNegated ? "not " : ""}${name}`,
    test,
    comparison: `${operand} is ${isNegated ? "" : "not "}None`,
  };
}

/** `if not value`, or `if value`, directly behind the call. */
function testBehind(context: RuleContext, { location, node, statement }: CacheCall): TruthTest | undefined {
  const assignment = statement?.kind === "Assign" ? statement : undefined;
  const [target, ...others] = assignment?.targets ?? [];
  if (!assignment || target?.kind !== "Name" || others.length > 0 || !isCall(assignment.value, node))
    return undefined;
  const next = statementAfter(context, location.path, assignment);
  if (next?.kind !== "If") return undefined;
  const { test } = next;
  const { operand } = truthOf(test);
  return operand.kind === "Name" && operand.name === target.name
    ? comparedWithNone(test, target.name, target.name)
    : undefined;
}

function isCall(value: Expression, node: Expression): boolean {
  return value === node || (value.kind === "Await" && value.value === node);
}

function statementAfter(context: RuleContext, path: string, assignment: Assign): Statement | undefined {
  const module = context.project.program.moduleOfFile(path);
  if (!module) return undefined;
  const parent = pathTo(module.file.tree, assignment).at(-2);
  const blocks =
    parent === undefined
      ? [module.file.tree.body]
      : "kind" in parent
        ? parent.kind === "FunctionDef"
          ? [parent.body]
          : isStatementNode(parent)
            ? innerBlocks(parent)
            : []
        : [];
  for (const block of blocks) {
    const index = block.indexOf(assignment);
    if (index >= 0) return block[index + 1];
  }
  return undefined;
}

function isStatementNode(node: { readonly kind: string }): node is If {
  return /^(?:If|For|While|With|Try)$/.test(node.kind);
}

/** In the same function, with the same text as key. */
function isOfSameKey(context: RuleContext, read: CacheCall, store: CacheCall): boolean {
  const { path } = read.location;
  if (store.location.path !== path || store.node.start < read.node.end || !read.key || !store.key)
    return false;
  const module = context.project.program.moduleOfFile(path);
  if (!module) return false;
  const scope = functionAround(module.file.tree, read.node);
  const text = (node: Expression) => context.text(path).slice(node.start, node.end);
  return (
    scope !== undefined &&
    scope === functionAround(module.file.tree, store.node) &&
    text(read.key.node) === text(store.key.node)
  );
}

/** What the value can be that counts as false; undefined where it is none, or nothing tells. */
function kindOf(
  context: RuleContext,
  { location, stored, value }: CacheCall,
): "number" | "list" | "truth" | undefined {
  const kinds = stored ? alternativesOf(stored).map(kindOfValue) : [];
  const known = kinds.find((kind) => kind !== undefined);
  if (known) return known;
  const module = context.project.program.moduleOfFile(location.path);
  const scope = module && value && functionAround(module.file.tree, value.node);
  if (!scope || !value) return undefined;
  const [, ...assigned] = flowingInto(flowsOf(scope), value.node);
  const sources = value.node.kind === "Name" ? assigned.slice(0, 2) : [value.node];
  return sources.map((each) => kindOfExpression(each)).find((kind) => kind !== undefined);
}

function kindOfValue(value: Value) {
  switch (value.kind) {
    case "collection":
      return value.size.kind === "constant" && value.size.count > 0 ? undefined : "list";
    case "queryset":
      return "list";
    default:
      return undefined;
  }
}

function kindOfExpression(node: Expression): "number" | "list" | "truth" | undefined {
  switch (node.kind) {
    case "Comprehension":
      return "list";
    case "Comparison":
      return "truth";
    case "BooleanOperation": {
      const last = node.operator === "or" ? node.values.at(-1) : undefined;
      return last && kindOfExpression(last);
    }
    case "Call": {
      const callee = node.function;
      if (callee.kind === "Name") return builtins[callee.name];
      if (callee.kind !== "Attribute") return undefined;
      if (callee.attribute.name === "exists") return "truth";
      return callee.attribute.name === "count" && node.arguments.length === 0 ? "number" : undefined;
    }
    default:
      return undefined;
  }
}

const builtins: Readonly<Record<string, "number" | "list" | "truth">> = {
  len: "number",
  sum: "number",
  int: "number",
  list: "list",
  sorted: "list",
  set: "list",
  bool: "truth",
  any: "truth",
  all: "truth",
};

const examples = { number: "0", list: "an empty list", truth: "False" };

function findingOf(
  context: RuleContext,
  read: CacheCall,
  { text, test, comparison }: TruthTest,
  kind: keyof typeof examples,
): Finding {
  const { path } = read.location;
  const range = { start: test.start, end: test.end };
  return cacheFinding(context, falsyCacheMiss, read, {
    step: "Reads the value",
    evidence: [{ message: "Takes whatever counts as false for missing", location: { path, range } }],
    confidence: "high",
    message: `"${text}" takes ${examples[kind]} from the cache for a missing entry: it is computed again each time.`,
    help: "Compare with None, or with a default of its own where None is stored as well.",
    fixes: comparison === undefined ? [] : fixOf(path, test, comparison),
  });
}

function fixOf(path: string, { start, end }: Expression, newText: string): readonly Fix[] {
  return [
    {
      title: `Compare with None: "if ${newText}" (values that count as false come from the cache)`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path, range: { start, end }, newText }],
    },
  ];
}
