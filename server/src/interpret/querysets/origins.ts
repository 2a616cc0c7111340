/** Keeps track of the expressions through which a queryset took its shape. */
import type { ClassSymbol } from "../../python/symbols.ts";
import type { New } from "../../queryset/copies.ts";
import type { OriginSite, OriginSiteKind, QuerysetOrigin } from "../../queryset/origin.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { Interpreter } from "../interpreter.ts";

/** In a declaration every step is one that no edit can extend. */
export function siteAt(interpreter: Interpreter, node: Expression, kind: OriginSiteKind): New<OriginSite> {
  const { frame } = interpreter.state;
  return {
    kind: frame.isDeclaration ? "accessor" : kind,
    node,
    location: interpreter.location(node),
    symbol: frame.symbol,
    functionId: frame.functionId,
    givenBy: undefined,
    changeList: undefined,
  };
}

export function newOrigin(interpreter: Interpreter, node: Expression): QuerysetOrigin {
  return { sites: [siteAt(interpreter, node, "chain")], holder: undefined };
}

/**
 * The origin after one more step `node` was applied to `receiver`. A longer chain replaces the shorter one that it
 * starts with; a chain on a name is a new site after the one that built what the name holds.
 */
export function extendOrigin(
  interpreter: Interpreter,
  origin: QuerysetOrigin,
  node: Expression,
  receiver: Expression,
): QuerysetOrigin {
  const last = origin.sites.at(-1);
  const step = siteAt(interpreter, node, kindFor(interpreter, origin, "chain"));
  const continues = last !== undefined && last.node === receiver;
  if (continues) step.givenBy = last.givenBy;
  const before = continues && isExtended.has(last.kind) ? origin.sites.slice(0, -1) : origin.sites;
  return { sites: before.concat(step), holder: origin.holder };
}

const isExtended: ReadonlySet<OriginSiteKind> = new Set(["chain", "managerMethod", "accessor", "shared"]);

/** For steps that add nothing to a queryset that has a name already: what builds it stays its origin. */
export function extendSameChain(
  interpreter: Interpreter,
  origin: QuerysetOrigin,
  node: Expression,
  receiver: Expression,
): QuerysetOrigin {
  return origin.sites.at(-1)?.node === receiver ? extendOrigin(interpreter, origin, node, receiver) : origin;
}

export function passedThrough(
  interpreter: Interpreter,
  origin: QuerysetOrigin,
  node: Expression,
  kind: OriginSiteKind,
): QuerysetOrigin {
  const site = siteAt(interpreter, node, kindFor(interpreter, origin, kind));
  if (isCall(kind)) site.givenBy = node;
  return { sites: origin.sites.concat(site), holder: origin.holder };
}

function isCall(kind: OriginSiteKind): boolean {
  return kind === "helper" || kind === "managerMethod" || kind === "ended";
}

function kindFor(
  { program, state }: Interpreter,
  { holder }: QuerysetOrigin,
  kind: OriginSiteKind,
): OriginSiteKind {
  const { owner, receiver } = state.frame;
  if (!holder || !owner) return kind;
  const inherits = (symbol: ClassSymbol): boolean =>
    program.mro(symbol).some((base) => base.kind === "class" && base.id === holder.id);
  // An object that only uses one of the holder's class knows which rows these are.
  if (receiver?.kind === "object" && !inherits(receiver.symbol)) return kind;
  return inherits(owner) ? kind : "shared";
}
