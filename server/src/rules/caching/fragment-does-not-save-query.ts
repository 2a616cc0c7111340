import type { CachedFragment, FragmentRead } from "../../interpret/facts.ts";
import { alternativesOf } from "../../queryset/join.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export const fragmentDoesNotSaveQuery: FactRule = {
  kind: "facts",
  code: "QS710",
  name: "fragment-does-not-save-query",
  summary:
    "Rows that only a cached fragment shows are loaded on each request, before the fragment is looked up",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    const findings = factsOfKind(context.facts, "cachedFragment").flatMap((fragment) =>
      fragment.reads.flatMap((read) => {
        const model = modelOfLoadedRows(read);
        if (model === undefined || isReadOutside(context, fragment, read)) return [];
        return [{ fragment, read, model }];
      }),
    );
    const byName = new Map(
      findings.map((finding) => [`${placeKey(finding.fragment.location)} ${finding.read.name}`, finding]),
    );
    return [...byName.values()].map(({ fragment, read, model }) => ({
      ...findingBase(fragmentDoesNotSaveQuery),
      remedy: "cached-fragment" as const,
      confidence: "medium" as const,
      message: `"${read.name}" is a list that is loaded on each request, also where the fragment "${fragment.node.fragment}" comes from the cache.`,
      help: "Pass the queryset as it is: Django asks for the rows where the template does, in the fragment.",
      location: read.location,
      symbol: fragment.symbol,
      model,
      origin: read.location,
      evidence: [
        { message: `Rendered for ${fragment.root.symbol}`, location: fragment.root.location },
        { message: "Is read in the cached fragment only", location: read.location },
      ],
    }));
  },
};

/** The view has made a list of the rows, so that they are there before anything is rendered. */
function modelOfLoadedRows({ boundBy, value }: FragmentRead): string | undefined {
  if (boundBy !== "context") return undefined;
  for (const each of alternativesOf(value)) {
    if (each.kind !== "collection" || (each.size.kind !== "rows" && each.size.kind !== "limited")) continue;
    const row = alternativesOf(each.element).find(({ kind }) => kind === "instance");
    if (row?.kind === "instance") return row.model.label;
  }
  return undefined;
}

/** Something else in the template of the fragment needs them, too. */
function isReadOutside(
  context: RuleContext,
  { location: { path, range } }: CachedFragment,
  { name }: FragmentRead,
): boolean {
  const text = context.text(path);
  return new RegExp(`\\b${name}\\b`).test(`${text.slice(0, range.start)} ${text.slice(range.end)}`);
}
