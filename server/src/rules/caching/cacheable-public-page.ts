import { groupBy } from "../../base/group-by.ts";
import { contextProcessors, middleware } from "../../django/project-settings.ts";
import { type UrlView, urlViews } from "../../django/url-configurations.ts";
import { importName } from "../../edits/imports.ts";
import type { PageRender } from "../../interpret/facts.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { areConstant } from "./constant-template.ts";
import { readsNothingOfRequest } from "./request-reads.ts";

export const cacheablePublicPage: FactRule = {
  kind: "facts",
  code: "QS721",
  name: "cacheable-public-page",
  summary: "A page that is the same for everybody is made anew for each visitor",
  level: "hint",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const pages = factsOfKind(context.facts, "pageRender").filter(({ root }) => root.context === "request");
    if (pages.length === 0 || isGuardedOrCached(context)) return [];
    const byView = groupBy(pages, ({ root }) => placeKey(root.location));
    const hasOtherProcessors = addsUnknownNames(context);
    return urlViews(context.project.program).flatMap((url) => {
      const { module, node } = url.view;
      const { start, end } = node.name;
      const [page, ...others] = byView.get(placeKey({ path: module.file.path, range: { start, end } })) ?? [];
      if (!page || !isNamedAsItIs(url) || !readsNothingOfRequest(context, url, page.root.symbol)) return [];
      const areSame = [page, ...others].every(
        ({ complete, names, templates }) =>
          complete && areConstant(templates, { passed: new Set(names), hasOtherProcessors }),
      );
      return areSame && !hasEffects(context, page) ? [findingOf(context, url, page)] : [];
    });
  },
};

/** Middleware asks everybody who they are, or keeps all pages already; also where it is not known. */
function isGuardedOrCached({ project: { program, settings } }: RuleContext): boolean {
  const { complete, names } = middleware(settings);
  return (
    !complete ||
    names.some((name) => {
      if (/^django\.(?:contrib\.auth\.middleware\.LoginRequired|middleware\.cache\.)/.test(name)) return true;
      const symbol = program.resolveDottedName(name);
      if (symbol.kind !== "class" && symbol.kind !== "function") return false;
      const { start, end } = symbol.node;
      return /\bis_authenticated\b|\bis_anonymous\b|\bLOGIN_URL\b/.test(
        symbol.module.file.text.slice(start, end),
      );
    })
  );
}

const processorsOfDjango =
  /^django\.(?:template|core)\.context_processors\.|^django\.contrib\.(?:auth|messages)\./;

function addsUnknownNames({ project: { settings } }: RuleContext): boolean {
  const { complete, names } = contextProcessors(settings);
  return !complete || names.some((name) => !processorsOfDjango.test(name));
}

/** No decorator stands around it in the URL configuration: what that does is its own. */
function isNamedAsItIs({ named: { node, urls }, asView, ofFramework }: UrlView): boolean {
  if (!urls.firstParty) return false;
  return node.kind === "Call"
    ? (asView === node || ofFramework) && node.function.kind === "Attribute"
    : node.kind === "Name" || node.kind === "Attribute";
}

const effects = ["write", "cacheCall", "sessionStore", "blocking", "taskStart"] as const;

/** It changes something, or keeps what it shows by itself. */
function hasEffects({ facts }: RuleContext, { root: { symbol } }: PageRender): boolean {
  return (
    effects.some((kind) => factsOfKind(facts, kind).some(({ root }) => root.symbol === symbol)) ||
    factsOfKind(facts, "singleWrite").some(({ write }) => write?.root.symbol === symbol)
  );
}

function findingOf(context: RuleContext, url: UrlView, page: PageRender): Finding {
  const { node, urls } = url.named;
  const location = { path: urls.file.path, range: { start: node.start, end: node.end } };
  const name = page.templates[0]?.path.split("/").at(-1) ?? url.view.name;
  const queries = factsOfKind(context.facts, "querysetCall").some(
    ({ root }) => root.symbol === page.root.symbol,
  );
  return {
    ...findingBase(cacheablePublicPage),
    remedy: "cached-page",
    confidence: "medium",
    message: `The page "${name}" is the same for everybody, and is ${queries ? "asked of the database" : "rendered"} anew for each visitor.`,
    help: "Keep it for some minutes with cache_page(), or let a CDN keep it (cache_control(public=True, max_age=900)).",
    location,
    symbol: urls.name,
    model: undefined,
    origin: location,
    evidence: [
      { message: "The address leads here", location },
      { message: `Renders ${name}`, location: page.location },
    ],
    fixes: fixOf(url),
  };
}

function fixOf({ named: { node, urls } }: UrlView): readonly Fix[] {
  const imported = importName(urls.file, "django.views.decorators.cache", "cache_page");
  if (!imported) return [];
  const { path } = urls.file;
  const insert = (offset: number, newText: string) => ({
    path,
    range: { start: offset, end: offset },
    newText,
  });
  return [
    {
      title: "Keep the page for 15 minutes: cache_page(60 * 15)",
      safety: "unsafe",
      preferred: true,
      edits: [
        ...imported.edits.map((edit) => ({ path, ...edit })),
        insert(node.start, `${imported.expression}(60 * 15)(`),
        insert(node.end, ")"),
      ],
    },
  ];
}
