import { mappingsIn, mappingsOf, textsOf } from "../../django/template-engines.ts";
import type { CachedFragment, FragmentRead } from "../../interpret/facts.ts";
import { alternativesOf } from "../../queryset/join.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { CacheNode } from "../../syntax/template/template-tree.ts";
import type { Finding, Fix, Level } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { hasLanguages } from "./languages.ts";
import { isRowOfRoute } from "./row-of-route.ts";

export const fragmentMissingVary: FactRule = {
  kind: "facts",
  code: "QS709",
  name: "fragment-missing-vary",
  summary: "A cached fragment of a template shows data of one user or object to all others",
  level: "error",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const byPlace = new Map<string, CachedFragment[]>();
    for (const fragment of factsOfKind(context.facts, "cachedFragment")) {
      const key = placeKey(fragment.location);
      const others = byPlace.get(key);
      if (others) others.push(fragment);
      else byPlace.set(key, [fragment]);
    }
    return [...byPlace.values()].flatMap((renderings) => {
      const [first] = renderings;
      if (!first?.isDjangoTag || isOpaque(first.node) || isNeverKept(first.node)) return [];
      const missing = missingIn(context, renderings);
      return missing.length > 0 ? [findingOf(context, first, missing)] : [];
    });
  },
};

/** Something that the fragment shows and that its key does not tell apart. */
interface Missing {
  /** As the template says it: `request.user.username`. */
  readonly path: string;
  readonly read: FragmentRead;
  readonly reason: Reason;
}

type Reason = "user" | "tenant" | "request" | "token" | "row" | "language";

/** `{% cache 0 cart %}`: no backend keeps what has no time to live. */
function isNeverKept({ timeout: { filters, value } }: CacheNode): boolean {
  return filters.length === 0 && value.kind === "NumberLiteral" && value.value === 0;
}

/** What a key or a digest stands for was decided somewhere else. */
function isOpaque({ varyOn }: CacheNode): boolean {
  return varyOn.some(({ value }) => /key|hash|digest|fingerprint/i.test(dotted(value) ?? "key"));
}

function missingIn(context: RuleContext, renderings: readonly CachedFragment[]): readonly Missing[] {
  const found = new Map<string, Missing>();
  for (const { node, reads, root } of renderings) {
    const varied = node.varyOn.flatMap(({ value }) => dotted(value) ?? []);
    for (const read of reads) {
      const path = pathOf(context, read);
      const isRow = node.varyOn.length === 0 && isRowOfRoute(context, root, read);
      const reason = isRow ? "row" : reasonOf(context, read, path);
      if (reason && !found.has(path) && !isCovered(reason, path, varied))
        found.set(path, { path, read, reason });
    }
  }
  return [...found.values()];
}

function reasonOf(context: RuleContext, read: FragmentRead, path: string): Reason | undefined {
  const { name, boundBy, value } = read;
  if (boundBy === "tag") {
    if (name === "forloop" || name === "block") return undefined;
    // What a loop or `with` around the fragment binds: another one in each round.
    const isRow = alternativesOf(value).some(({ kind }) => kind === "instance");
    if (isRow && isPerRound(value)) return "row";
    return undefined;
  }
  switch (name) {
    case "request":
      return reasonOfRequest(path);
    case "user":
      return boundBy === "processor" ? "user" : undefined;
    case "perms":
    case "messages":
      return boundBy === "processor" ? "user" : undefined;
    case "csrf_token":
      return "token";
    case "LANGUAGE_CODE":
      return hasLanguages(context) ? "language" : undefined;
    case "object":
      return boundBy === "context" && value.kind === "instance" ? "row" : undefined;
    default:
      return undefined;
  }
}

function isPerRound(value: FragmentRead["value"]): boolean {
  return alternativesOf(value).some((each) => each.kind === "instance" && each.varies.length > 0);
}

/** What is the same for all requests of a site is left out. */
function reasonOfRequest(path: string): Reason | undefined {
  const [, attribute] = path.split(".");
  switch (attribute) {
    case "user":
    case "session":
    case "COOKIES":
      return "user";
    case "GET":
    case "POST":
    case "path":
    case "path_info":
    case "get_full_path":
    case "resolver_match":
      return "request";
    case "LANGUAGE_CODE":
      return "language";
    default:
      // Middleware tells the tenant by the host or the path.
      return attribute !== undefined && tenantNames.test(attribute) ? "tenant" : undefined;
  }
}

const tenantNames = /^(?:account|company|organi[sz]ation|organi[sz]er|tenant|workspace)$/;

/** Whether an argument of the tag tells apart what the path reads. */
function isCovered(reason: Reason, path: string, varied: readonly string[]): boolean {
  if (varied.some((each) => path === each || path.startsWith(`${each}.`))) return true;
  switch (reason) {
    case "user":
      return varied.some((each) => identityOfUser.test(each));
    case "tenant":
      return varied.some((each) => firstTwo(each) === firstTwo(path));
    case "token":
      return varied.some((each) => /^csrf_token$|session_key/.test(each));
    case "request":
      return varied.some(
        (each) =>
          /^request\.(?:get_full_path|build_absolute_uri|GET|META)/.test(each) ||
          firstTwo(each) === firstTwo(path),
      );
    case "row":
      // `task.pk` and `task.updated_at` say which one it is.
      return varied.some((each) => each.split(".")[0] === path.split(".")[0]);
    case "language":
      return varied.some((each) => /LANGUAGE|(^|\.)lang(uage)?(_code)?$|get_language/i.test(each));
  }
}

const identityOfUser =
  /^(?:request\.)?user(?:\.(?:id|pk|username|email|get_username|uuid|slug))?$|session_key$|^user_id$/;

function firstTwo(path: string): string {
  return path.split(".").slice(0, 2).join(".");
}

/** `request.user.pk`; undefined for anything else than names and attributes. */
function dotted(node: Expression): string | undefined {
  switch (node.kind) {
    case "Name":
      return node.name;
    case "Attribute": {
      const holder = dotted(node.value);
      return holder === undefined ? undefined : `${holder}.${node.attribute.name}`;
    }
    case "Subscript": {
      return dotted(node.value);
    }
    case "StringLiteral":
    case "NumberLiteral":
    case "ConstantLiteral":
      return "";
    default:
      return undefined;
  }
}

/** The name with what is looked up on it. */
function pathOf(context: RuleContext, { name, location: { path, range } }: FragmentRead): string {
  const text = context.text(path);
  if (text.slice(range.start, range.end) !== name) return name;
  const rest = /^(?:\.\w+)*/.exec(text.slice(range.end, range.end + 200))?.[0] ?? "";
  return name + rest;
}

function findingOf(context: RuleContext, fragment: CachedFragment, missing: readonly Missing[]): Finding {
  const { location, node, symbol } = fragment;
  const [first] = missing;
  const paths = missing.map(({ path, reason }) => (reason === "language" ? "the language" : path));
  const shown = [...new Set(paths)].slice(0, 3).join(", ");
  const isPrivate = missing.some(
    ({ reason }) => reason === "user" || reason === "tenant" || reason === "token",
  );
  const level: Level = isPrivate ? "error" : "warning";
  const header = headerOf(context, fragment);
  const place = { path: location.path, range: header ?? location.range };
  const audience = isPrivate
    ? "what one of them sees is shown to the others"
    : "what is rendered first is shown for all of them";
  return {
    ...findingBase(fragmentMissingVary),
    remedy: "cached-fragment",
    level,
    confidence: "high",
    message: `The cached fragment "${node.fragment.replace(/^["']|["']$/g, "")}" reads ${shown} and does not vary on ${paths.length > 1 ? "them" : "it"}: ${audience}.`,
    help: "Name what it depends on behind the name of the fragment, or move that out of the fragment.",
    location: place,
    symbol,
    model: undefined,
    origin: place,
    evidence: [
      { message: "The fragment is kept here", location: place },
      ...missing.slice(0, 5).map(({ path, read }) => ({ message: `Reads ${path}`, location: read.location })),
    ],
    fixes: first && header ? fixOf(context, fragment, missing, header) : [],
  };
}

/** The tag `{% cache … %}`. */
function headerOf(context: RuleContext, { location: { path, range } }: CachedFragment) {
  const text = context.text(path);
  const end = text.indexOf("%}", range.start);
  return end < 0 || end > range.end ? undefined : { start: range.start, end: end + 2 };
}

/** None where something is read that cannot be part of a key, or is not at hand in the template. */
function fixOf(
  context: RuleContext,
  { location: { path } }: CachedFragment,
  missing: readonly Missing[],
  header: { readonly start: number; readonly end: number },
): readonly Fix[] {
  const added = new Set<string>();
  for (const {
    path: read,
    reason,
    read: { name },
  } of missing) {
    switch (reason) {
      case "user":
        added.add(name === "request" ? "request.user.pk" : "user.pk");
        break;
      case "tenant":
        added.add(`${firstTwo(read)}.pk`);
        break;
      case "request":
        added.add(/^request\.GET\b/.test(read) ? "request.GET.urlencode" : "request.path");
        break;
      case "row":
        added.add(`${name}.pk`);
        break;
      case "language":
        if (name !== "LANGUAGE_CODE" || !hasLanguageCode(context)) return [];
        added.add("LANGUAGE_CODE");
        break;
      case "token":
        return [];
    }
  }
  if (added.has("request.user.pk")) added.delete("user.pk");
  const tag = context.text(path).slice(header.start, header.end);
  const end = /\s+(?:using\s*=\s*\S+\s*)?%\}$/.exec(tag)?.index ?? tag.length - 2;
  const place = header.start + end;
  const names = [...added].join(" ");
  return [
    {
      title: `Vary on ${[...added].join(", ")} (more entries in the cache, each for fewer requests)`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path, range: { start: place, end: place }, newText: ` ${names}` }],
    },
  ];
}

/** A context processor of Django gives the name to every template. */
function hasLanguageCode({ project: { settings } }: RuleContext): boolean {
  const engines = mappingsIn(settings.evaluateSetting("TEMPLATES"));
  return engines
    .flatMap(({ entries }) => mappingsOf(entries.get("OPTIONS")))
    .flatMap(({ entries }) => textsOf(entries.get("context_processors")))
    .includes("django.template.context_processors.i18n");
}
