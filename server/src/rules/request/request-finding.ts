/** The parts that findings about waiting requests have in common. */
import type { Location } from "../../base/text-range.ts";
import type { BlockingCall, RootInfo } from "../../interpret/facts.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { atMostHigh, classOf } from "../confidence.ts";
import type { Confidence, Evidence, Finding, Level } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import { functionSymbolAround } from "../function-symbol-around.ts";
import { isAdminForm } from "../functions-in-requests.ts";
import { lowered } from "../levels.ts";
import type { RuleMetadata } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import type { BlockingPlace, RequestPlace } from "./blocking-places.ts";
import { isHelperWithRequest } from "./helpers-with-request.ts";
import { isViewOfNobody } from "./run-by-nobody.ts";

export type RequestFindingParts = Pick<Finding, "message" | "help"> &
  Partial<Pick<Finding, "fixes" | "level" | "confidence">>;

/** A finding at a place for which responses wait; `step`: what happens there, as the last step of the evidence. */
export function requestFinding(
  context: RuleContext,
  rule: RuleMetadata,
  place: RequestPlace,
  step: string,
  parts: RequestFindingParts,
): Finding {
  const { requests, location, symbol } = place;
  return {
    ...findingBase(rule),
    remedy: "blocking-call",
    level: levelOf(rule, place),
    confidence: confidenceOf(context, place),
    location,
    symbol,
    model: undefined,
    origin: location,
    accesses: requests.map(({ calls }) => ({
      location: calls[0]?.location ?? location,
      relationPath: "",
      code: rule.code,
    })),
    evidence: evidenceOf(context, requests, place, step),
    ...parts,
  };
}

/** Message of an error, an action of the staff, or a view of a framework as it comes: few wait, or little can be done. */
export function levelOf({ level }: RuleMetadata, { requests }: RequestPlace): Level {
  const isMinor = ({ exceptional, isDeclared, root }: BlockingCall) =>
    exceptional || isDeclared || isAdminForm(root);
  return requests.every(isMinor) ? lowered(level) : level;
}

const ordinaryCalls = 2;
const factors = { furtherCall: 0.95, dormant: 0.7, noKnownView: 0.75 };

/**
 * Lower where many calls lead there, only a setting does, or only functions that may be no views.
 * @param factor for what the rule knows besides
 */
export function confidenceOf(
  context: RuleContext,
  { requests }: RequestPlace,
  factor: number = 1,
): Confidence {
  const isUnknown = requests.every(
    ({ root }) => isViewOfNobody(context, root) || isHelperWithRequest(context, root),
  );
  return atMostHigh(classOf(scoreOf(requests[0]) * factor * (isUnknown ? factors.noKnownView : 1)));
}

function scoreOf({ calls, dormant }: BlockingCall): number {
  return factors.furtherCall ** Math.max(0, calls.length - ordinaryCalls) * (dormant ? factors.dormant : 1);
}

/** `in the request of signup() through notify() and 2 other views` */
export function requestsInWords(context: RuleContext, { requests }: RequestPlace): string {
  const [first, ...others] = requests;
  const via = first.calls.map(({ callee }) => `${callee.split(".").at(-1)}()`);
  const way = via.length > 0 ? ` through ${via.join(" and ")}` : "";
  const more =
    others.length === 0 ? "" : ` and ${others.length} other ${others.length === 1 ? "view" : "views"}`;
  return `in the request of ${nameOfRoot(context, first.root)}${way}${more}`;
}

export function evidenceOf(
  context: RuleContext,
  facts: readonly BlockingCall[],
  { location }: BlockingPlace,
  step: string,
): readonly Evidence[] {
  const steps = facts.flatMap((fact): readonly Evidence[] => [
    { message: `Request: ${nameOfRoot(context, fact.root)}`, location: fact.root.location },
    ...wayOf(context, fact, location),
  ]);
  steps.push({ message: step, location });
  return [...new Map(steps.map((each) => [`${placeKey(each.location)}:${each.message}`, each])).values()];
}

/** The calls between the entry point and the place, and the functions that a framework runs on the way. */
function wayOf(
  { project: { program } }: RuleContext,
  { root, calls }: BlockingCall,
  place: Location,
): readonly Evidence[] {
  const steps: Evidence[] = [];
  const passed = new Set([root.symbol]);
  const enter = (location: Location): void => {
    const around = functionSymbolAround(program, location);
    if (!around || (!around.owner && around.qualifiedName.includes("."))) return;
    const symbol = `${around.module.name}.${around.qualifiedName}`;
    const { name } = around.node;
    const start = { path: location.path, range: { start: name.start, end: name.end } };
    if (!passed.has(symbol)) steps.push({ message: `Runs ${symbol}`, location: start });
    passed.add(symbol);
  };
  for (const { callee, location } of calls) {
    enter(location);
    passed.add(callee);
    if (placeKey(location) !== placeKey(place)) steps.push({ message: `Calls ${callee}`, location });
  }
  enter(place);
  return steps;
}

/** `signup()`, `ContactView.form_valid()` */
export function nameOfRoot({ project: { program } }: RuleContext, { symbol, location }: RootInfo): string {
  const module = program.moduleOfFile(location.path)?.name;
  const name =
    module !== undefined && symbol.startsWith(`${module}.`) ? symbol.slice(module.length + 1) : symbol;
  return `${name}()`;
}

/** `send_mail`, `message.send`, `EmailMessage(…).send`, `stripe.Customer.create` */
export function nameOfCall({ function: callee, arguments: [first] }: Call): string {
  const isCallback = callee.kind === "Attribute" && callee.attribute.name === "on_commit";
  // `on_commit(partial(send_mail, …))`
  const given = isCallback && first?.kind === "Call" ? first.arguments[0] : undefined;
  if (given) return nameOf(given);
  return nameOf(callee);
}

const unnamed = "the call";

function nameOf(callee: Expression): string {
  switch (callee.kind) {
    case "Name":
      return callee.name;
    case "Attribute": {
      const { value, attribute } = callee;
      if (value.kind === "Call") return `${nameOfCall(value)}(…).${attribute.name}`;
      const isNamed = value.kind === "Name" || value.kind === "Attribute";
      const holder = isNamed ? nameOf(value) : unnamed;
      return holder === unnamed ? attribute.name : `${holder}.${attribute.name}`;
    }
    default:
      return unnamed;
  }
}
