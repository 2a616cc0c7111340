/** Querysets that code makes by calling their class: `TaskQuerySet(self.model, using=self._db)`. */
import { symbolName } from "../../django/canonical-names.ts";
import { isPlainQueryset } from "../../django/library-facts/library-facts.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Call } from "../../syntax/ast.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { plainQueryset } from "../make-values.ts";
import { newOrigin } from "./origins.ts";

/**
 * The queryset that calling a class of the project makes; `undefined` for any other class, and where the model is not
 * known. Without a class, it is one of Django's own.
 */
export function querysetMadeBy(
  interpreter: Interpreter,
  symbol: ClassSymbol | undefined,
  args: Arguments,
  node: Call,
): Queryset | undefined {
  const given = args.positional[0] ?? args.keywords.get("model");
  if (given?.kind !== "class" || !given.model || (symbol && !isQuerysetClass(interpreter, symbol)))
    return undefined;
  const { model } = given;
  const declaration = { name: "", managerClass: undefined, querysetClass: symbol, known: true };
  return { ...plainQueryset(model, newOrigin(interpreter, node)), declaration };
}

/** A class of the project that derives from Django's querysets. */
export function isQuerysetClass({ program }: Interpreter, symbol: ClassSymbol): boolean {
  return program
    .mro(symbol)
    .some((entry) => entry.kind !== "unknown" && isPlainQueryset(symbolName(entry) ?? ""));
}
