import type { CacheCall } from "../../interpret/facts.ts";
import type { For, ModuleTree, Statement } from "../../syntax/ast.ts";
import { type Node, pathTo, walk } from "../../syntax/walk.ts";
import { atMostHigh, classOf, scoreOfContext } from "../confidence.ts";
import type { Finding, Fix } from "../finding.ts";
import { placeKey, stepsTo } from "../finding-parts.ts";
import { isSmall } from "../levels.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround, namesIn } from "../writes/syntax-queries.ts";
import { cacheFinding, writtenName } from "./cache-calls.ts";
import { configuredCaches } from "./cache-settings.ts";

export const cacheCallInLoop: FactRule = {
  kind: "facts",
  code: "QS705",
  name: "cache-call-in-loop",
  summary: "The cache is asked key by key in a loop, where one call takes many keys",
  level: "info",
  fix: "safe",
  stage: 2,
  run(context) {
    const calls = factsOfKind(context.facts, "cacheCall").filter((call) => isRepeated(context, call));
    const byPlace = new Map<string, CacheCall>();
    for (const call of calls)
      if (!byPlace.has(placeKey(call.location))) byPlace.set(placeKey(call.location), call);
    return [...byPlace.values()].map((call) => findingOf(context, call));
  },
};

/** The method that takes many keys. */
const twins: Partial<Record<CacheCall["method"], string>> = {
  get: "get_many",
  has_key: "get_many",
  set: "set_many",
  touch: "set_many",
  delete: "delete_many",
};

/** What no method does for many keys at once, but two together do. */
const indirect: Partial<Record<CacheCall["method"], string>> = {
  touch: "Take the values with get_many(), and store them with set_many() and the new timeout.",
};

/** Between the two, another process may change an entry. */
const ofTwoCalls = 0.79;

function isRepeated(context: RuleContext, call: CacheCall): boolean {
  const { method, alias, loops, calls, exceptional } = call;
  if (!twins[method] || exceptional || isSmall(context, multiplicityOf(loops))) return false;
  // What a helper of a helper does with its key cannot be done for all rounds at once; nor what one stores.
  const helpers = calls.length - (loops.at(-1)?.depth ?? 0);
  if (helpers > (method === "get" || method === "has_key" ? 1 : 0)) return false;
  const configured = alias === undefined ? undefined : configuredCaches(context)?.get(alias);
  // In the memory of the process there is nothing to wait for.
  const isLocal = configured?.every(({ kind, inProcess }) => kind === "own" && inProcess);
  return alias !== undefined && !isLocal;
}

function findingOf(context: RuleContext, call: CacheCall): Finding {
  const twin = twins[call.method] ?? "";
  const many =
    call.node.function.kind === "Attribute" && call.node.function.attribute.name === `a${call.method}`
      ? `a${twin}`
      : twin;
  const loop = call.loops.at(-1);
  const place = call.method === "delete" || call.method === "set" ? "behind" : "before";
  return cacheFinding(context, cacheCallInLoop, call, {
    step: "Asks the cache in each round",
    evidence: stepsTo(call),
    confidence: atMostHigh(classOf(scoreOfContext(call) * (indirect[call.method] ? ofTwoCalls : 1))),
    message: `${writtenName(context, call)}() waits for the cache in each round of "${loop?.text ?? "the loop"}"; ${many}() does so once.`,
    help: indirect[call.method] ?? `Collect the keys and call ${many}() ${place} the loop.`,
    fixes: fixOf(context, call, many),
  });
}

/**
 * Where the call is all that the loop does, and that loop all that those around it do: a comprehension in place of the
 * outermost. None where a loop remains around it, whose rounds would each ask the cache.
 */
function fixOf(context: RuleContext, call: CacheCall, many: string): readonly Fix[] {
  const {
    location: { path },
    node,
    statement,
    method,
    key,
    value,
    timeout,
  } = call;
  const module = context.project.program.moduleOfFile(path);
  if (!module || call.calls.length > 0 || !key || statement?.kind !== "ExpressionStatement") return [];
  const loops = loopsThatOnly(statement, pathTo(module.file.tree, node));
  const [loop] = loops ?? [];
  if (!loops || !loop || isReadBehind(module.file.tree, loop, loops)) return [];
  if (statement.value !== node || node.function.kind !== "Attribute") return [];
  const text = (range: { readonly start: number; readonly end: number }) =>
    module.file.text.slice(range.start, range.end);
  if (text(loop).includes("#")) return [];
  const round = loops.map(({ target, iterable }) => `for ${text(target)} in ${text(iterable)}`).join(" ");
  const receiver = `${text(node.function.value)}.${many}`;
  const given = node.arguments.length + node.keywords.length;
  if (method === "delete" && given === 1) {
    return [
      edit(
        path,
        loop,
        `Replace the loop with ${many}()`,
        "safe",
        `${receiver}([${text(key.node)} ${round}])`,
      ),
    ];
  }
  if (method !== "set" || !value || given !== (timeout ? 3 : 2)) return [];
  const bound = new Set(loops.flatMap(({ target }) => [...namesIn(target)]));
  if (
    timeout &&
    [...namesIn(timeout.node), ...(timeout.node.kind === "Name" ? [timeout.node.name] : [])].some((name) =>
      bound.has(name),
    )
  )
    return [];
  const rest = timeout ? `, timeout=${text(timeout.node)}` : "";
  return [
    edit(
      path,
      loop,
      `Replace the loop with ${many}() (nothing is stored where a round fails)`,
      "unsafe",
      `${receiver}({${text(key.node)}: ${text(value.node)} ${round}}${rest})`,
    ),
  ];
}

/** Undefined where one of the loops of the function does something else as well. */
function loopsThatOnly(statement: Statement, path: readonly Node[]): readonly For[] | undefined {
  const own = path.findLastIndex((each) => "kind" in each && each.kind === "FunctionDef");
  const loops: For[] = [];
  for (const each of path.slice(own + 1)) {
    if (!("kind" in each) || each === statement) break;
    if (each.kind === "While") return undefined;
    if (each.kind === "For") loops.push(each);
    else if (loops.length > 0) return undefined;
  }
  const isPlain = loops.every(
    ({ async, body, orElse }, index) =>
      !async && orElse.length === 0 && body.length === 1 && body[0] === (loops[index + 1] ?? statement),
  );
  return own >= 0 && isPlain ? loops : undefined;
}

/** The variables of a comprehension end with it. */
function isReadBehind(tree: ModuleTree, outermost: For, loops: readonly For[]): boolean {
  const bound = new Set(loops.flatMap(({ target }) => [...namesIn(target)]));
  const around = functionAround(tree, outermost);
  if (!around) return true;
  let isRead = false;
  walk(around, (each) => {
    if (each === outermost || !("kind" in each)) return each !== outermost;
    // Another loop gives the name another value.
    if (each.kind === "For" && [...namesIn(each.target)].some((name) => bound.has(name))) return false;
    isRead ||= each.kind === "Name" && each.start > outermost.end && bound.has(each.name);
    return !isRead;
  });
  return isRead;
}

function edit(path: string, { start, end }: For, title: string, safety: Fix["safety"], newText: string): Fix {
  return { title, safety, preferred: true, edits: [{ path, range: { start, end }, newText }] };
}
