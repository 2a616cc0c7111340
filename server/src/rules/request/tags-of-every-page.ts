/** Template tags that the base of the project's pages calls: what they ask the database, each page asks. */
import { containsRange } from "../../base/text-range.ts";
import { templateRegistrations } from "../../django/template-registrations.ts";
import type { PageRender, QueriesOfRoot } from "../../interpret/facts.ts";
import type { CountedQuery } from "../../interpret/query-counts.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import type { TemplateFile, TemplateNode } from "../../syntax/template/template-tree.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

/** Of fewer pages nothing tells that they are all pages. */
const fewestPages = 3;

export function tagsOfEveryPage(context: RuleContext): readonly QueriesOfRoot[] {
  const pages = factsOfKind(context.facts, "pageRender").filter(({ root }) => root.context === "request");
  const rendered = new Set(pages.flatMap(({ templates }) => templates));
  const tags = new Map(
    basesOf(pages).flatMap((base) => tagsIn(context, base, rendered).map((tag) => [tag.id, tag] as const)),
  );
  return [...tags.values()].flatMap((tag) => {
    const queries = queriesOf(context, tag);
    const location = { path: tag.module.file.path, range: tag.node.name };
    const root = { symbol: symbolOf(tag), location, context: "request" } as const;
    return queries.length > 0 ? [{ kind: "queriesOfRoot", root, when: "everyRequest", queries }] : [];
  });
}

/** Templates with blocks to fill in, which extend no other, of at least half of the pages. */
function basesOf(pages: readonly PageRender[]): readonly TemplateFile[] {
  const views = new Set(pages.map(({ root }) => root.symbol));
  const viewsOf = new Map<TemplateFile, Set<string>>();
  for (const { root, templates } of pages) {
    for (const template of templates) {
      const known = viewsOf.get(template) ?? new Set();
      viewsOf.set(template, known.add(root.symbol));
    }
  }
  return [...viewsOf].flatMap(([template, { size }]) =>
    size >= fewestPages && 2 * size >= views.size && isBase(template) ? template : [],
  );
}

function isBase({ language, text, tree }: TemplateFile): boolean {
  const isExtended = /\{%-?\s*block\b/.test(text);
  return language === "django" && isExtended && !tree.body.some(({ kind }) => kind === "ExtendsNode");
}

/** The project's functions whose tags the template and those that it includes call, whatever page it is. */
function tagsIn(
  { project: { program } }: RuleContext,
  base: TemplateFile,
  rendered: ReadonlySet<TemplateFile>,
): readonly FunctionSymbol[] {
  const names = new Set<string>();
  const libraries = new Set<string>();
  const seen = new Set<TemplateFile>();
  const enter = (template: TemplateFile): void => {
    if (seen.has(template)) return;
    seen.add(template);
    visit(template.tree.body);
  };
  const visit = (nodes: readonly TemplateNode[]): void => {
    for (const node of nodes) {
      if (node.kind === "LoadNode") for (const { name } of node.libraries) libraries.add(name);
      else if (node.kind === "TagNode") names.add(node.name.name);
      else if (node.kind === "WithNode" || node.kind === "FilterNode") visit(node.body);
      else if (node.kind === "IncludeNode" && node.template.value.kind === "StringLiteral") {
        const path = `/${node.template.value.value}`;
        for (const template of rendered) if (template.path.endsWith(path)) enter(template);
      }
    }
  };
  enter(base);
  return program.modules
    .filter(
      ({ firstParty, name }) => firstParty && libraries.has(/\.templatetags\.(\w+)$/.exec(name)?.[1] ?? ""),
    )
    .flatMap((module) => templateRegistrations(program, module))
    .flatMap(({ kind, name, symbol }) => (kind !== "filter" && names.has(name) ? symbol : []));
}

function symbolOf({ module, qualifiedName }: FunctionSymbol): string {
  return `${module.name}.${qualifiedName}`;
}

/** What it asks by itself, and the querysets that its template goes through. */
function queriesOf({ facts }: RuleContext, tag: FunctionSymbol): readonly CountedQuery[] {
  const { path } = tag.module.file;
  const symbol = symbolOf(tag);
  return factsOfKind(facts, "rowsUse").flatMap((use): readonly CountedQuery[] => {
    const { calls, cached, fromCache, location, loops, operation, queryset, root, text } = use;
    if (fromCache || cached || loops.length > 0) return [];
    const query = { text, operation, model: queryset.model.label, loops, calls, location };
    if (root.symbol === symbol) return [query];
    const site = queryset.origin.sites.find(
      (each) => each.location.path === path && containsRange(tag.node, each.location.range),
    );
    const isInTemplate = calls.at(-1)?.via === "template";
    return site && isInTemplate && root.context === "request"
      ? [{ ...query, calls: [], location: site.location }]
      : [];
  });
}
