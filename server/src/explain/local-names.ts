import type { NameBinding } from "../python/name-binding.ts";
import type { Definition } from "../python/name-definition.ts";
import { definitionOf } from "../python/name-scopes.ts";
import type { Expression, FunctionDef } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { isStatement, pathTo } from "../syntax/walk.ts";
import { freeNames } from "./free-names.ts";

const limit = 50;

/** What the code around `expression` tells about its names, in the order in which Python would run it. */
export function bindingsOf(file: SourceFile, expression: Expression): readonly NameBinding[] {
  const found = new Map<string, Definition>();
  const follow = (from: Expression, names: readonly string[]): void => {
    for (const name of names) {
      if (name === "super") followReceiver(file, from, found);
      const definition = definitionOf(file, name, from);
      if (definition === undefined || found.has(identityOf(definition)) || found.size >= limit) continue;
      found.set(identityOf(definition), definition);
      if (definition.value !== undefined) follow(definition.value, freeNames(definition.value));
    }
  };
  follow(expression, freeNames(expression));
  return [...found.values()].sort((a, b) => a.start - b.start).map(({ binding }) => binding);
}

/** One statement may define several names. */
function identityOf({ start, binding }: Definition): string {
  return `${start}:${binding.name}`;
}

/** `super()` without arguments uses the first parameter of the method. */
function followReceiver(file: SourceFile, expression: Expression, found: Map<string, Definition>): void {
  const functions = pathTo(file.tree, expression).filter(
    (node): node is FunctionDef => isStatement(node) && node.kind === "FunctionDef",
  );
  const receiver = functions.at(-1)?.parameters[0];
  const definition = receiver && definitionOf(file, receiver.name, expression);
  if (definition !== undefined) found.set(identityOf(definition), definition);
}
