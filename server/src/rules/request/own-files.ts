/** Files that a response sends, and that lie in no storage from which somebody else could send them. */
import type { Module } from "../../python/symbols.ts";
import type { Call, Expression, FunctionDef } from "../../syntax/ast.ts";
import { targetNames } from "../../syntax/name-bindings.ts";
import { walk, walkExpressions } from "../../syntax/walk.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import type { BlockingPlace } from "./blocking-places.ts";
import { symbolIn } from "./email-statements.ts";

/**
 * `temporary`: the file is gone when the function is. `short`: what has this content type is a few lines.
 * `written`: the function writes the file itself, so that it may be of any size and no upload.
 */
export type OwnFile = "temporary" | "short" | "written";

/** Undefined for a file that was there before, or of which nothing is known. */
export function ownFile(context: RuleContext, { location, all }: BlockingPlace): OwnFile | undefined {
  const module = context.project.program.moduleOfFile(location.path);
  const around = module && functionAround(module.file.tree, location.range);
  if (!around) return undefined;
  const [{ node }] = all;
  if (isShort(node)) return "short";
  const calls = node.arguments.flatMap((argument) => callsBehind(around, argument));
  if (calls.some((call) => isTemporary(context, module, around, call))) return "temporary";
  return calls.some((call) => isWrittenHere(context, module, around, call)) ? "written" : undefined;
}

/** Types of links, dates, addresses and keys. */
const shortTypes =
  /^(?:text\/(?:uri-list|calendar|(?:x-)?vcard|directory)|application\/(?:x-x509-\w+-cert|pkix-\w+|pgp-keys|jwk(?:-set)?\+json|manifest\+json))\b/;

function isShort({ arguments: [, second], keywords }: Call): boolean {
  const type = keywords.find(({ name }) => name?.name === "content_type")?.value ?? second;
  return type?.kind === "StringLiteral" && shortTypes.test(type.value);
}

/** The calls of which an expression is made, those included whose results the function has given names. */
function callsBehind(around: FunctionDef, expression: Expression): readonly Call[] {
  const calls: Call[] = [];
  const known = new Set<string>();
  const follow = (from: Expression): void => {
    walkExpressions(from, (part) => {
      if (part.kind === "Call") calls.push(part);
      if (part.kind === "Name" && !known.has(part.name)) {
        known.add(part.name);
        valuesOf(around, part.name).forEach(follow);
      }
      return undefined;
    });
  };
  follow(expression);
  return calls;
}

function valuesOf(around: FunctionDef, name: string): readonly Expression[] {
  const values: Expression[] = [];
  walk(around, (node) => {
    if (!("kind" in node)) return undefined;
    if (node.kind === "Assign" && node.targets.some((target) => targetNames(target).includes(name)))
      values.push(node.value);
    if (node.kind === "With") {
      for (const { context, target } of node.items)
        if (target && targetNames(target).includes(name)) values.push(context);
    }
    return undefined;
  });
  return values;
}

function isTemporary(context: RuleContext, module: Module, around: FunctionDef, call: Call): boolean {
  const symbol = symbolIn(context, module, around, call.function);
  return symbol.kind === "external" && symbol.name.startsWith("tempfile.");
}

/** `open(path, "rb")`, where the function also opens the path to write, or lets a library save to it. */
function isWrittenHere(
  context: RuleContext,
  { file }: Module,
  around: FunctionDef,
  { function: opened, arguments: [path] }: Call,
): boolean {
  if (opened.kind !== "Name" || opened.name !== "open" || !path) return false;
  const text = ({ start, end }: Expression): string => file.text.slice(start, end);
  const names = ({ arguments: given }: Call): boolean => given.some((each) => text(each) === text(path));
  let writes = factsOfKind(context.facts, "blocking").some(
    ({ location, node, operation }) =>
      (operation === "image" || operation === "document" || operation === "archive") &&
      location.path === file.path &&
      around.start <= node.start &&
      node.end <= around.end &&
      names(node),
  );
  walkExpressions(around, (node) => {
    if (node.kind !== "Call" || node.function.kind !== "Name" || node.function.name !== "open")
      return undefined;
    const mode = node.arguments[1];
    writes ||= names(node) && mode?.kind === "StringLiteral" && /[wax]/.test(mode.value);
    return undefined;
  });
  return writes;
}
