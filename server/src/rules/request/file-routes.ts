/** Routes of URL configurations that lead to the views with which Django sends files. */
import type { BlockingCall } from "../../interpret/facts.ts";
import type { RuleContext } from "../rule-context.ts";
import { testsAround } from "../tasks/tests-around.ts";
import type { BlockingPlace } from "./blocking-places.ts";

/** The call that makes the route, where it is there in production as well. */
export function routeToFiles(context: RuleContext, place: BlockingPlace): BlockingCall | undefined {
  if (!place.isOwn || isForDebugging(context, place)) return undefined;
  return place.all.find(({ library, dormant, node }) => isRoute(library) && !dormant && !isForOneFile(node));
}

/** `^(?P<path>favicon\.ico)$`: what browsers ask for once. */
function isForOneFile({ arguments: [pattern] }: BlockingCall["node"]): boolean {
  return pattern?.kind === "StringLiteral" && /^[^*+]*\w\\?\.[a-z]{2,5}\)?\$?$/i.test(pattern.value);
}

function isRoute(library: string): boolean {
  return /(?:^|\.)(?:path|re_path|url)$/.test(library);
}

/** `if settings.DEBUG:`, whatever the settings at hand say: in production it is off. */
function isForDebugging(
  { project: { program } }: RuleContext,
  { location: { path, range } }: BlockingPlace,
): boolean {
  const file = program.moduleOfFile(path)?.file;
  return (
    file !== undefined &&
    testsAround(file.tree, range).some(
      ({ test, holds }) => holds && /\bDEBUG\b/.test(file.text.slice(test.start, test.end)),
    )
  );
}

/** Whose files a route sends; `nothing`: the view of staticfiles refuses where Django does not debug. */
export function routedFiles(
  context: RuleContext,
  { location }: BlockingPlace,
  { node }: BlockingCall,
): "static" | "media" | "nothing" {
  const { path } = location;
  const module = context.project.program.moduleOfFile(path);
  const [, view] = node.arguments;
  const symbol = module && view && context.project.program.resolveExpression(module, view);
  const code = context.text(path).slice(node.start, node.end);
  if (symbol?.kind === "external" && symbol.name.startsWith("django.contrib.staticfiles."))
    return /["']insecure["']\s*:\s*True|\binsecure\s*=\s*True/.test(code) ? "static" : "nothing";
  return /\bSTATIC_(ROOT|URL)\b|["']\W*static\//.test(code) ? "static" : "media";
}
