/** The column of a data grid that says nothing about what it needs: it gets the method that the grid asks. */
import { type ChainAddition, quoteOf, type TextReplacement } from "../../edits/queryset-chain.ts";
import { indentationAt, lineBefore, startsLine } from "../../edits/statement-lines.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { RuleContext } from "../rule-context.ts";
import { servesOtherModels } from "./generic-code.ts";

const method = "augment_queryset";

/** Undefined where the column shows rows of other models, too, or a class that derives from it would not ask it. */
export function augmentingMethod(
  context: RuleContext,
  site: OriginSite,
  queryset: Queryset,
  additions: readonly ChainAddition[],
): readonly TextReplacement[] | undefined {
  const { program } = context.project;
  const module = program.moduleOfFile(site.location.path);
  const symbol =
    module && program.classes(module).find(({ node }) => node.name.start === site.location.range.start);
  if (!module || !symbol || servesOtherModels(context, site, queryset)) return undefined;
  if (program.subclasses(symbol).some((subclass) => program.members(subclass).has(method))) return undefined;
  const render = symbol.node.body.find(
    (statement) => statement.kind === "FunctionDef" && statement.name.name === "render_data",
  );
  const { text } = module.file;
  if (!render || !startsLine(text, render.start)) return undefined;
  const outer = indentationAt(text, render.start);
  const inner = outer + outer.slice(indentationAt(text, symbol.node.start).length);
  const quote = quoteOf(text, site.node);
  const calls = additions.map(
    ({ method: name, lookups }) => `.${name}(${lookups.map((lookup) => quote + lookup + quote).join(", ")})`,
  );
  const code = [`def ${method}(self, state, queryset):`, `${inner}return queryset${calls.join("")}`, ""];
  return [lineBefore(text, render, code.join("\n"))];
}
