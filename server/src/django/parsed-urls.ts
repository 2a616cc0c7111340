/** URLs that settings take apart: `urlparse(url).hostname`, `furl(url).host`. */
import { symbolName } from "./canonical-names.ts";
import { type UrlParts, urlParts } from "./connection-urls.ts";
import type { Evaluator } from "./evaluation.ts";
import {
  type CallValue,
  dependingOn,
  known,
  type StaticValue,
  stringOf,
  variableOf,
} from "./static-value.ts";

type Part = (parts: UrlParts) => string | number | null;

/** Python gives None, or an empty text, for what a URL does not have. */
const parsers: ReadonlyMap<string, ReadonlyMap<string, Part>> = new Map([
  [
    "urllib.parse.urlparse",
    new Map<string, Part>([
      ["scheme", ({ scheme }) => scheme],
      ["hostname", ({ host }) => (host === "" ? null : host.toLowerCase())],
      ["port", ({ port }) => port ?? null],
    ]),
  ],
  [
    "furl.furl",
    new Map<string, Part>([
      ["scheme", ({ scheme }) => scheme],
      ["host", ({ host }) => host.toLowerCase()],
    ]),
  ],
]);

/** Undefined where the call makes no URL, or one whose text is not known. */
export function attributeOfUrl(
  evaluator: Evaluator,
  { expression, scope }: CallValue,
  name: string,
): StaticValue | undefined {
  const maker = symbolName(evaluator.symbol(expression.function, scope)) ?? "";
  const part = parsers.get(maker)?.get(name);
  const [argument, ...others] = expression.arguments;
  if (!part || !argument || others.length + expression.keywords.length > 0) return undefined;
  const value = evaluator.evaluate(argument, scope);
  const text = stringOf(value);
  const parts = text === undefined ? undefined : urlParts(text);
  return parts && dependingOn(known(part(parts)), variableOf(value));
}
