/** How long entries of caches live. */
import { alternativesOf } from "../../django/static-value.ts";
import type { CacheCall } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";
import { configuredCaches } from "./cache-settings.ts";

/** Seconds; `forever`, or `unknown` where that is not written down. */
export type Timeout = number | "forever" | "unknown";

/** What Django takes where neither call nor settings say. */
const ofDjango = 300;

export function timeoutOf(context: RuleContext, call: CacheCall): Timeout {
  const { timeout, open, location } = call;
  if (!timeout) return open ? "unknown" : defaultTimeout(context, call);
  if (timeout.value.kind === "literal") return fromLiteral(timeout.value.value);
  const module = context.project.program.moduleOfFile(location.path);
  return (module && secondsOf(context, module, timeout.node)) ?? "unknown";
}

function fromLiteral(value: string | number | boolean | null): Timeout {
  if (value === null) return "forever";
  return typeof value === "number" ? value : "unknown";
}

/** `TIMEOUT` of the cache. */
export function defaultTimeout(context: RuleContext, { alias }: CacheCall): Timeout {
  const configured = alias === undefined ? undefined : configuredCaches(context)?.get(alias);
  if (!configured) return "unknown";
  const timeouts = new Set(
    configured.map(({ options }): Timeout => {
      const value = options?.entries.get("TIMEOUT");
      if (value === undefined) return options === undefined || options.complete ? ofDjango : "unknown";
      const [only, ...others] = alternativesOf(value);
      return only === undefined || others.length > 0 || typeof only === "object"
        ? only === null
          ? "forever"
          : "unknown"
        : fromLiteral(only);
    }),
  );
  const [only = "unknown", ...others] = timeouts;
  return others.length > 0 ? "unknown" : only;
}

/** `60 * 15`, also behind the name of a constant. */
function secondsOf(context: RuleContext, module: Module, node: Expression, depth = 0): number | undefined {
  switch (node.kind) {
    case "NumberLiteral":
      return node.value;
    case "BinaryOperation": {
      const left = secondsOf(context, module, node.left, depth);
      const right = secondsOf(context, module, node.right, depth);
      if (left === undefined || right === undefined) return undefined;
      return node.operator === "*" ? left * right : node.operator === "+" ? left + right : undefined;
    }
    case "Name":
    case "Attribute": {
      const symbol = context.project.program.resolveExpression(module, node);
      const [value, ...others] = symbol.kind === "variable" ? symbol.values : [];
      if (symbol.kind !== "variable" || !value || others.length > 0 || depth > 3) return undefined;
      return secondsOf(context, symbol.module, value, depth + 1);
    }
    default:
      return undefined;
  }
}

/** `5 minutes` */
export function durationText(seconds: number): string {
  for (const [unit, length] of units) {
    if (seconds >= length && seconds % length === 0) {
      const count = seconds / length;
      return `${count} ${unit}${count === 1 ? "" : "s"}`;
    }
  }
  return `${seconds} seconds`;
}

const units = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;
