import type { CacheCall } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Finding, Fix, Level } from "../finding.ts";
import { flowingInto, flowsOf } from "../flows.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { isForAnonymousVisitors } from "./anonymous-visitors.ts";
import { cacheCalls, cacheFinding } from "./cache-calls.ts";
import { configuredCaches } from "./cache-settings.ts";
import { keyPattern, shownPattern } from "./key-pattern.ts";
import { hasLanguages } from "./languages.ts";

export const cacheKeyMissingScope: FactRule = {
  kind: "facts",
  code: "QS707",
  name: "cache-key-missing-scope",
  summary: "What is cached depends on the user, the tenant or an argument that is not part of the key",
  level: "error",
  fix: "unsafe",
  stage: 2,
  run: (context) =>
    cacheCalls(context, "set", "get_or_set").flatMap((call) => {
      const module = context.project.program.moduleOfFile(call.location.path);
      const scope = module && functionAround(module.file.tree, call.node);
      if (!scope || !call.key || !call.value || call.version) return [];
      // Asked only where it matters: it goes through all calls of the function.
      const isOfAnonymous = () => isForAnonymousVisitors(context, call);
      const { alias, key, value } = call;
      const input = missingInput(context, module, scope, key.node, value.node, alias, isOfAnonymous);
      return input ? [findingOf(context, module, scope, call, input)] : [];
    }),
};

interface Input {
  readonly kind: "user" | "tenant" | "query" | "language" | "argument";
  readonly node: Expression;
  /** As it is written: `request.user`. */
  readonly text: string;
}

function missingInput(
  context: RuleContext,
  module: Module,
  scope: FunctionDef,
  key: Expression,
  value: Expression,
  alias: string | undefined,
  isOfAnonymous: () => boolean,
): Input | undefined {
  const flows = flowsOf(scope);
  const keyParts = flowingInto(flows, key);
  if (keyParts.some((part) => isOpaque(scope, part))) return undefined;
  const inputs = [...flowingInto(flows, value), ...bodiesOfFunctions(scope, value)].flatMap((part) =>
    inputsIn(context, module, scope, part),
  );
  const ofKey = keyParts.flatMap((part) => inputsIn(context, module, scope, part, true));
  const inKey = new Set(ofKey.map(({ text }) => text));
  const missing = inputs.filter(
    ({ kind, text }) =>
      !inKey.has(text) &&
      !(kind === "user" && isOfAnonymous()) &&
      !(kind === "tenant" && isSplitByKey(context, alias)) &&
      !(kind === "language" && ofKey.some((part) => part.kind === "language")),
  );
  return missing.find(({ kind }) => kind !== "language") ?? missing[0];
}

/** What a function of the function at hand computes, where it is handed over by name. */
function bodiesOfFunctions(scope: FunctionDef, value: Expression): readonly Expression[] {
  const found: Expression[] = [];
  for (const statement of scope.body) {
    if (statement.kind !== "FunctionDef" || value.kind !== "Name" || statement.name.name !== value.name)
      continue;
    for (const inner of statement.body) {
      walkExpressions(inner, (node) => {
        found.push(node);
        return false;
      });
    }
  }
  return found;
}

/** What somebody else has put together may contain anything. */
function isOpaque({ parameters }: FunctionDef, part: Expression): boolean {
  let found = false;
  walkExpressions(part, (node) => {
    if (node.kind === "Call" && !isFormatting(node.function)) found = true;
    if (node.kind === "Name" && /key|prefix|user|hash|token|session/i.test(node.name)) {
      found ||= parameters.some(({ name }) => name === node.name);
    }
    if (node.kind === "Attribute" && /key|prefix|hash|session|path|tenant_id/i.test(node.attribute.name))
      found = true;
    if (node.kind === "Starred") found = true;
    return !found;
  });
  return found;
}

function isFormatting(callee: Expression): boolean {
  if (callee.kind === "Name") return callee.name === "str";
  return (
    callee.kind === "Attribute" &&
    callee.value.kind === "StringLiteral" &&
    /^(?:format|join)$/.test(callee.attribute.name)
  );
}

/** What they give is a text of the language of the request. */
const ofLanguage = /^django\.utils\.translation\.(?:get_language(?:_bidi)?|u?n?gettext|n?pgettext)$/;

const tenantNames = /^(?:account|company|organi[sz]ation|organi[sz]er|tenant|workspace)$/;

/** @param everywhere also outside of lookups */
function inputsIn(
  { project }: RuleContext,
  module: Module,
  scope: FunctionDef,
  part: Expression,
  everywhere = false,
): readonly Input[] {
  const found: Input[] = [];
  const text = (node: Expression) => module.file.text.slice(node.start, node.end);
  const add = (kind: Input["kind"], node: Expression) => found.push({ kind, node, text: text(node) });
  walkExpressions(part, (node) => {
    if (node.kind === "Attribute" && isRequest(node.value)) {
      const { name } = node.attribute;
      if (name === "user") add("user", node);
      else if (tenantNames.test(name)) add("tenant", node);
      else if (name === "GET" || name === "query_params") add("query", node);
      else if (name === "LANGUAGE_CODE" && hasLanguages({ project })) add("language", node);
    }
    if (node.kind === "Call" && !everywhere && hasLanguages({ project })) {
      const callee = project.program.resolveExpression(module, node.function);
      if (callee.kind === "external" && ofLanguage.test(callee.name)) add("language", node.function);
    }
    // Everybody who is logged in gets the same.
    if (node.kind === "Attribute" && /^is_(?:authenticated|anonymous)$/.test(node.attribute.name))
      return false;
    if (node.kind === "Name" && everywhere && isArgument(scope, node.name)) add("argument", node);
    if (node.kind === "Call" && isLookup(node.function) && !everywhere) {
      for (const given of [...node.arguments, ...node.keywords.map(({ value }) => value)]) {
        const name = given.kind === "Attribute" ? given.value : given;
        if (name.kind === "Name" && isArgument(scope, name.name)) add("argument", name);
      }
    }
    return undefined;
  });
  return found;
}

function isRequest(node: Expression): boolean {
  return node.kind === "Name"
    ? node.name === "request"
    : node.kind === "Attribute" &&
        node.attribute.name === "request" &&
        node.value.kind === "Name" &&
        node.value.name === "self";
}

function isArgument({ parameters }: FunctionDef, name: string): boolean {
  return (
    parameters.some(
      (parameter) =>
        parameter.name === name && parameter.form !== "starred" && parameter.form !== "doubleStarred",
    ) && !/^(?:self|cls|request|sender|using)$/.test(name)
  );
}

function isLookup(callee: Expression): boolean {
  return (
    callee.kind === "Attribute" &&
    /^(?:exclude|filter|get)$/.test(callee.attribute.name) &&
    !isDictionary(callee.value)
  );
}

/** `request.GET.get()`, `settings.get()`: only chains that begin with a manager are lookups. */
function isDictionary(node: Expression): boolean {
  if (node.kind === "Attribute") return node.attribute.name !== "objects" && isDictionary(node.value);
  if (node.kind === "Call") return isDictionary(node.function);
  return true;
}

/** Each tenant has keys of its own anyway. */
function isSplitByKey(context: RuleContext, alias: string | undefined): boolean {
  const configured = alias === undefined ? undefined : configuredCaches(context)?.get(alias);
  return configured?.some(({ options }) => options?.entries.has("KEY_FUNCTION")) ?? false;
}

const consequences: Readonly<Record<Input["kind"], string>> = {
  user: "what one user sees is given to the others",
  tenant: "what belongs to one tenant is given to the others",
  language: "visitors of other languages get it in this one",
  query: "all requests get the answer to the first one",
  argument: "all calls get the answer to the first one",
};

function findingOf(
  context: RuleContext,
  module: Module,
  scope: FunctionDef,
  call: CacheCall,
  input: Input,
): Finding {
  const { path } = call.location;
  const pattern = keyPattern(call.key);
  const key = pattern ? `"${shownPattern(pattern)}"` : "the key";
  const isPrivate = input.kind === "user" || input.kind === "tenant";
  const level: Level = isPrivate
    ? cacheKeyMissingScope.level
    : input.kind === "language"
      ? "info"
      : "warning";
  return {
    ...cacheFinding(context, cacheKeyMissingScope, call, {
      step: "Stores the value",
      level,
      evidence: [
        {
          message: `Depends on ${input.text}`,
          location: { path, range: { start: input.node.start, end: input.node.end } },
        },
      ],
      confidence: pattern ? "high" : "medium",
      message: `The cached value depends on "${input.text}", and ${key} does not: ${consequences[input.kind]}.`,
      help: "Make it part of the key.",
      fixes: pattern && call.key ? fixOf(context, module, scope, call, call.key.node, input) : [],
    }),
  };
}

/** Where the key is written down in one place for all calls of the function. */
function fixOf(
  context: RuleContext,
  { file: { path, text } }: Module,
  scope: FunctionDef,
  call: CacheCall,
  key: Expression,
  { kind, text: input }: Input,
): readonly Fix[] {
  if (
    kind === "query" ||
    kind === "language" ||
    (kind === "argument" && !/_(?:id|pk)$|^(?:id|pk)$/.test(input))
  )
    return [];
  const values = key.kind === "Name" ? (flowsOf(scope).get(key.name) ?? []) : [key];
  const [literal, ...others] = values;
  if (!literal || others.length > 0) return [];
  const own = text.slice(literal.start, literal.end);
  // The same text elsewhere in the file is the same key.
  if (text.split(own).length > 2) return [];
  const added = kind === "argument" ? input : `${input}.pk`;
  const quoted = /^(f?)(["'])([^"'\\{}]*)\2$/.exec(own) ?? /^(f)(["'])([^"'\\]*)\2$/.exec(own);
  if (!quoted || added.includes(quoted[2] ?? "")) return [];
  if (cacheCalls(context).some((other) => other.location.path !== path && keyText(other) === keyText(call)))
    return [];
  const insertion = { path, range: { start: literal.end - 1, end: literal.end - 1 }, newText: `:{${added}}` };
  const prefix = { path, range: { start: literal.start, end: literal.start }, newText: "f" };
  return [
    {
      title: `Make ${added} part of the key`,
      safety: "unsafe",
      preferred: true,
      edits: quoted[1] === "f" ? [insertion] : [prefix, insertion],
    },
  ];
}

function keyText({ key }: CacheCall): string {
  return shownPattern(keyPattern(key) ?? []);
}
