/** Whether what a call raises ever leaves the task. */
import type { Location } from "../../base/text-range.ts";
import { containsRange } from "../../base/text-range.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import type { Expression, Statement, Try } from "../../syntax/ast.ts";
import { pathTo, walk } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";

/** A `try` around it, or around a call that leads to it, takes what another server or its absence raises. */
export function isFailureHandled(context: RuleContext, { location, calls }: BlockingCall): boolean {
  return [location, ...calls.map((call) => call.location)].some((place) => isHandledAt(context, place));
}

function isHandledAt({ project: { program } }: RuleContext, { path, range }: Location): boolean {
  const module = program.moduleOfFile(path);
  if (!module) return false;
  const around = pathTo(module.file.tree, range);
  const own = around.findLastIndex((node) => "kind" in node && node.kind === "FunctionDef");
  return around
    .slice(own + 1)
    .some(
      (node) =>
        "kind" in node &&
        node.kind === "Try" &&
        node.body.some((statement) => containsRange(statement, range)) &&
        takesFailure(node),
    );
}

function takesFailure({ handlers }: Try): boolean {
  return handlers.some(({ type, body }) => !isOfOtherKind(type) && !goesOn(body));
}

/** Mistakes of the code or of the data, which no server raises. */
const otherKinds =
  /(?:DoesNotExist|MultipleObjectsReturned|KeyError|IndexError|AttributeError|TypeError|ValueError|DecodeError|IntegrityError|ImportError|ModuleNotFoundError|SoftTimeLimitExceeded|ValidationError)$/;

function isOfOtherKind(type: Expression | undefined): boolean {
  if (!type) return false;
  if (type.kind === "TupleLiteral") return type.elements.every(isOfOtherKind);
  const name = type.kind === "Attribute" ? type.attribute.name : type.kind === "Name" ? type.name : "";
  return otherKinds.test(name);
}

/** The failure is raised again, or the task starts anew. */
function goesOn(body: readonly Statement[]): boolean {
  let raises = false;
  for (const statement of body) {
    raises ||= statement.kind === "Raise";
    walk(statement, (node) => {
      raises ||=
        "kind" in node &&
        (node.kind === "Raise" ||
          (node.kind === "Call" &&
            node.function.kind === "Attribute" &&
            node.function.attribute.name === "retry"));
      return !raises;
    });
  }
  return raises;
}
