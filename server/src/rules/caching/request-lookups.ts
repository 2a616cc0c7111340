/** Rows that are looked up by what a request carries: its user, its tenant. */
import { groupBy } from "../../base/group-by.ts";
import type { LookupUse } from "../../interpret/facts.ts";
import type { Expression } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { codeAround } from "../n-plus-one/code-around.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export interface RequestLookup {
  readonly use: LookupUse;
  /** The same for all that ask for the same rows in one request. */
  readonly key: string;
}

/** One for each call of which every condition is a constant, or something of the request that it has all along. */
export function requestLookups(context: RuleContext): readonly RequestLookup[] {
  const uses = factsOfKind(context.facts, "lookup").filter(
    ({ root, cached, loops }) => !cached && loops.length === 0 && root.context !== "test",
  );
  return [...groupBy(uses, ({ call }) => call).values()].flatMap((group) => {
    const [use] = group;
    const conditions = group.map((each) => conditionOf(context, each));
    if (!use || !conditions.every((condition) => condition !== undefined)) return [];
    if (!conditions.some(({ ofRequest }) => ofRequest) || hasMore(group)) return [];
    const asked = askedOf(context, use);
    if (asked === undefined) return [];
    const key = [use.queryset.model.label, asked, ...conditions.map(({ text }) => text).sort()].join(" ");
    return [{ use, key }];
  });
}

/** Conditions of the call, or of what it is called on, that are not among the facts. */
function hasMore(group: readonly LookupUse[]): boolean {
  const [first] = group;
  if (!first || first.queryset.related || first.queryset.filters.length > 0) return true;
  const { arguments: positional, keywords } = first.call;
  const given = positional.length - (isShortcut(first) ? 1 : 0) + keywords.length;
  return given !== group.length;
}

/** The first argument of `get_object_or_404()` is what it looks in. */
function isShortcut({ call }: LookupUse): boolean {
  return (
    call.function.kind === "Name" ||
    (call.function.kind === "Attribute" && call.function.attribute.name.startsWith("get_object_or"))
  );
}

/** What is asked about the rows; undefined where more is done to the queryset first. */
function askedOf(context: RuleContext, use: LookupUse): string | undefined {
  const { call, location, method } = use;
  if (method === "get" || method === "get_or_create") return "row";
  if (method !== "filter") return undefined;
  const path = codeAround(context, { path: location.path, range: call })?.path ?? [];
  const parent = path[path.indexOf(call) - 1];
  const next = parent && "kind" in parent && parent.kind === "Attribute" ? parent.attribute.name : undefined;
  if (next === "exists" || next === "count") return next;
  return next === "first" ? "row" : undefined;
}

interface KeyCondition {
  readonly text: string;
  readonly ofRequest: boolean;
}

function conditionOf(
  context: RuleContext,
  { condition, lookup, location }: LookupUse,
): KeyCondition | undefined {
  const value = condition?.value;
  if (!condition || condition.optional || !value) return undefined;
  const name = lookup.replace(/(?:_id|__(?:exact|pk|id))$/, "");
  if (value.kind === "StringLiteral" || value.kind === "NumberLiteral" || value.kind === "ConstantLiteral") {
    return { text: `${name}=${context.text(location.path).slice(value.start, value.end)}`, ofRequest: false };
  }
  const path = pathOfRequest(context, location, value);
  return path === undefined ? undefined : { text: `${name}=${path}`, ofRequest: true };
}

/** `request.user` of `self.request.user.pk`, `context["request"].user`, and of names for these. */
function pathOfRequest(
  context: RuleContext,
  location: LookupUse["location"],
  node: Expression,
): string | undefined {
  const written = writtenOut(context, location, node, 0);
  const plain = written
    .replace(/^self\./, "")
    .replace(/^context\[["']request["']\]/, "request")
    .replace(/^request\.(?:META\[["']HTTP_HOST["']\]|headers\[["'][Hh]ost["']\])/, "request.get_host()")
    .replace(/\.(?:pk|id)$/, "");
  return keptPath.test(plain) ? plain : undefined;
}

/** What stays as it is for the whole request, unlike its session or what the client sends along. The host names a tenant. */
const keptPath =
  /^request\.get_host\(\)(?:\.(?:split\(["']:["']\)\[0\]|lower\(\)))*$|^request\.(?!(?:GET|POST|META|COOKIES|data|method|path|query_params|session)\b)[a-z_]+(?:\.[a-z_]+)*$/;

const mostNames = 3;

/** The expression with what its first name stands for in the function. */
function writtenOut(
  context: RuleContext,
  location: LookupUse["location"],
  node: Expression,
  depth: number,
): string {
  const text = context.text(location.path);
  let first = node;
  while (first.kind === "Attribute") first = first.value;
  const scope = first.kind === "Name" ? codeAround(context, location)?.scope : undefined;
  const [binding, ...others] = scope && first.kind === "Name" ? bindingsOf(scope, first.name) : [];
  if (binding?.kind !== "assignment" || others.length > 0 || depth > mostNames) {
    return text.slice(node.start, node.end);
  }
  return writtenOut(context, location, binding.value, depth + 1) + text.slice(first.end, node.end);
}
