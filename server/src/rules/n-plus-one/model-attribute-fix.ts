/** `model = Task` in a class that a framework asks for rows: a `queryset` below it loads more than the plain rows. */
import { urlViews } from "../../django/url-configurations.ts";
import { type ChainAddition, quoteOf, type TextReplacement } from "../../edits/queryset-chain.ts";
import { lineAfter, startsLine } from "../../edits/statement-lines.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { Assign, Expression } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";

/** Undefined where another class would get the wrong rows, or where no line can follow. */
export function querysetBelowModel(
  context: RuleContext,
  site: OriginSite,
  managerName: string,
  additions: readonly ChainAddition[],
): readonly TextReplacement[] | undefined {
  const { program } = context.project;
  const module = program.moduleOfFile(site.location.path);
  if (!module || managerName === "") return undefined;
  for (const symbol of program.classes(module)) {
    const statement = symbol.node.body.find(
      (candidate): candidate is Assign => candidate.kind === "Assign" && candidate.value === site.node,
    );
    if (!statement) continue;
    const { text } = module.file;
    if (hasQueryset(context, symbol) || isReplacedBelow(context, symbol)) return undefined;
    if (!isWholeLine(text, statement)) return undefined;
    const code = `queryset = ${querysetCode(text, site.node, managerName, additions)}`;
    return [lineAfter(text, statement, code)];
  }
  return querysetBesideModel(context, site, module.file.text, managerName, additions);
}

/** `ListView.as_view(model=Task)` in a URL configuration. */
function querysetBesideModel(
  { project: { program } }: RuleContext,
  { node }: OriginSite,
  text: string,
  managerName: string,
  additions: readonly ChainAddition[],
): readonly TextReplacement[] | undefined {
  const isNamed = urlViews(program).some(({ view, ofFramework }) => {
    const member = ofFramework && view.kind === "class" ? program.members(view).get("model") : undefined;
    return member?.kind === "variable" && member.values.includes(node);
  });
  if (!isNamed || node.kind === "Call") return undefined;
  const code = `, queryset=${querysetCode(text, node, managerName, additions)}`;
  return [{ range: { start: node.end, end: node.end }, newText: code }];
}

/** The class names it already: `queryset = None` says that something else decides. */
function hasQueryset({ project }: RuleContext, symbol: ClassSymbol): boolean {
  return project.program.members(symbol).has("queryset");
}

/** A class that derives from it has another model, and would take the queryset of this one. */
function isReplacedBelow({ project }: RuleContext, symbol: ClassSymbol): boolean {
  return project.program.subclasses(symbol).some((subclass) => {
    const members = project.program.members(subclass);
    return members.has("model") && !members.has("queryset");
  });
}

function isWholeLine(text: string, { start, end }: Assign): boolean {
  return startsLine(text, start) && /^[ \t]*(?:#.*)?(?:\r?\n|$)/.test(text.slice(end));
}

function querysetCode(
  text: string,
  model: Expression,
  managerName: string,
  additions: readonly ChainAddition[],
): string {
  const quote = quoteOf(text, model);
  const calls = additions.map(
    ({ method, lookups }) => `.${method}(${lookups.map((lookup) => quote + lookup + quote).join(", ")})`,
  );
  return `${modelCode(text, model)}.${managerName}${calls.join("")}`;
}

/** `Task`; a call is not repeated, since the class body has its result under the name `model`. */
function modelCode(text: string, node: Expression): string {
  return node.kind === "Name" || node.kind === "Attribute" ? text.slice(node.start, node.end) : "model";
}
