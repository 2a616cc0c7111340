/** Keys that change when the data does: a version that lies in the cache is part of them. */
import type { CacheCall } from "../../interpret/facts.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { placeKey } from "../finding-parts.ts";
import { flowingInto, flowsOf } from "../flows.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { cacheCalls } from "./cache-calls.ts";

/** Something that the key is made of comes from the cache, or is called a version. */
export function isVersioned(
  context: RuleContext,
  { key, version, location: { path }, node }: CacheCall,
): boolean {
  if (version) return true;
  const module = context.project.program.moduleOfFile(path);
  if (!module || !key) return false;
  const scope = functionAround(module.file.tree, node);
  const reads = new Set(cacheCalls(context, "get", "get_or_set").map((call) => placeKey(call.location)));
  const parts = scope ? flowingInto(flowsOf(scope), key.node) : [key.node];
  let found = false;
  for (const part of parts) {
    walkExpressions(part, (each) => {
      found ||= each.kind === "Call" && reads.has(placeKey({ path, range: each }));
      found ||= /version|revision|updated|modified|mtime|etag/i.test(nameOf(each));
      return !found;
    });
  }
  return found;
}

function nameOf(node: {
  readonly kind: string;
  readonly name?: string;
  readonly attribute?: { readonly name: string };
}): string {
  return node.kind === "Name" ? (node.name ?? "") : (node.attribute?.name ?? "");
}
