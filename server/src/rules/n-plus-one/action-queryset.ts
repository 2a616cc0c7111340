/** Loading in a viewset whose actions read different relations of the same queryset: for those that read them only. */
import { viewSets } from "../../consumers/rest-framework/view-classes.ts";
import { addMethod } from "../../edits/class-members.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import { indentationAt, startsLine } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { FunctionDef, Return } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isStatement, pathTo, walk } from "../../syntax/walk.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

/** Actions that show rows of the viewset's queryset. */
const showing = ["list", "retrieve"];

export interface ActionQueryset {
  /** `the action "list"`, for a title. */
  readonly actions: string;
  readonly edits: readonly TextEdit[];
}

/**
 * Undefined where all actions read what is missing, where it is read outside of one viewset that chooses its serializer
 * by action, and where its queryset is built in a way that has no place for a condition.
 * @param calls what the queryset lacks: `.select_related("owner")`
 * @param paths the accessors of its rows that are missing
 */
export function querysetByAction(
  context: RuleContext,
  site: OriginSite,
  calls: (quote: string) => string,
  paths: readonly string[],
): ActionQueryset | undefined {
  const viewSet = viewSetAround(context, site);
  if (!viewSet) return undefined;
  const needing = actionsReading(context, viewSet, site, paths);
  if (!needing || needing.length === 0 || showing.every((action) => needing.includes(action)))
    return undefined;
  const { text } = viewSet.module.file;
  const quote = quoteOf(text, site.node);
  const names = needing.map((action) => quote + action + quote);
  const [only, ...others] = names;
  const lines = [
    others.length === 0 ? `if self.action == ${only}:` : `if self.action in (${names.join(", ")}):`,
    `    queryset = queryset${calls(quote)}`,
    "return queryset",
  ];
  const edits = editsOf(context, viewSet, site, lines);
  return (
    edits && {
      edits,
      actions: `${others.length === 0 ? "the action" : "the actions"} ${needing.map((name) => `"${name}"`).join(" and ")}`,
    }
  );
}

/** The viewset in whose body, or in whose `get_queryset()`, the queryset is built; it chooses serializers by action. */
function viewSetAround({ project }: RuleContext, site: OriginSite): ClassSymbol | undefined {
  const { program } = project;
  const module = program.moduleOfFile(site.location.path);
  if (!module) return undefined;
  const symbol = program
    .classes(module)
    .filter(({ node }) => node.start <= site.node.start && site.node.end <= node.end)
    .at(-1);
  if (!symbol || !program.derivesFrom(symbol, viewSets)) return undefined;
  const chooser = program.lookupMember(symbol, "get_serializer_class");
  return chooser.kind === "found" && chooser.symbol.kind === "function" ? symbol : undefined;
}

/** The actions in which the relations are read; undefined when something else reads them, too. */
function actionsReading(
  { facts }: RuleContext,
  viewSet: ClassSymbol,
  { node }: OriginSite,
  paths: readonly string[],
): readonly string[] | undefined {
  const prefix = `${viewSet.module.name}.${viewSet.qualifiedName}.`;
  const first = new Set(paths.map((path) => path.split("__", 1)[0]));
  const found = new Set<string>();
  const reads = factsOfKind(facts, "relationRead").filter(({ keyOnly }) => !keyOnly);
  for (const { queryset, path, root } of [...reads, ...factsOfKind(facts, "singleRead")]) {
    if (!queryset.origin.sites.some((site) => site.node === node)) continue;
    if (!first.has(path[0] ?? "")) continue;
    const action = root.symbol.startsWith(prefix) ? root.symbol.slice(prefix.length) : "";
    if (!/^\w+$/.test(action)) return undefined;
    found.add(action);
  }
  return [...found].sort();
}

function editsOf(
  { project }: RuleContext,
  viewSet: ClassSymbol,
  site: OriginSite,
  lines: readonly string[],
): readonly TextEdit[] | undefined {
  const { file } = viewSet.module;
  const path = pathTo(file.tree, site.node);
  const around = path.findLast(
    (node): node is FunctionDef => isStatement(node) && node.kind === "FunctionDef",
  );
  if (!around || around.start < viewSet.node.start) {
    if (project.program.members(viewSet).has("get_queryset")) return undefined;
    const edit = addMethod(file, viewSet.node, [
      "def get_queryset(self):",
      ...["queryset = super().get_queryset()", ...lines].map((line) => `    ${line}`),
    ]);
    return edit && [edit];
  }
  if (around.name.name !== "get_queryset" || bindingsOf(around, "queryset").length > 0) return undefined;
  const returned = onlyReturn(around);
  if (returned?.value !== site.node || !startsLine(file.text, returned.start)) return undefined;
  const indentation = indentationAt(file.text, returned.start);
  return [
    { range: { start: returned.start, end: site.node.start }, newText: "queryset = " },
    {
      range: { start: returned.end, end: returned.end },
      newText: lines.map((line) => `\n${indentation}${line}`).join(""),
    },
  ];
}

function onlyReturn(definition: FunctionDef): Return | undefined {
  const found: Return[] = [];
  walk(definition, (node) => {
    if ("kind" in node && node.kind === "Return") found.push(node);
    return true;
  });
  return found.length === 1 ? found[0] : undefined;
}
