/** Fixes in an admin class: `list_select_related` for what a join loads, `get_queryset()` for prefetches. */

import { mayUse } from "../../django/versions.ts";
import { addMethod, setAttribute } from "../../edits/class-members.ts";
import { extendQuerysetChain, quoteOf } from "../../edits/queryset-chain.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { pathKey } from "../../queryset/coverage.ts";
import { type ChangeListSite, isExtensible, type OriginSite } from "../../queryset/origin.ts";
import { noPaths, type Queryset } from "../../queryset/queryset.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { FileEdit, Fix } from "../finding.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type EagerLoadingPlan, planEagerLoading } from "./eager-loading-plan.ts";

/**
 * Naming relations switches off what the admin joins by itself, so the fix names those that are read, too. Nothing is
 * offered for a class that serves several models: they would all get the paths of one.
 */
export function changeListFixes(
  context: RuleContext,
  site: OriginSite,
  changeList: ChangeListSite,
  queryset: Queryset,
  plan: EagerLoadingPlan,
): readonly Fix[] {
  if (changeList.shared || plan.columnsForOnly.length > 0) return [];
  // What `get_queryset()` prefetches leaves `list_select_related` in force, what it joins would not.
  const prefetchesOnly = site.kind !== "changeList" && changeList.joins === "list_select_related";
  const select = plan.select.length > 0 && !prefetchesOnly ? allSelected(context, site, queryset, plan) : [];
  if (!select) return [];
  const { admin } = changeList;
  const byMethod = changeList.joins === "queryset" ? select : [];
  const chain = chainOf(site, queryset);
  const edits: (FileEdit | undefined)[] = [];
  const titles: string[] = [];
  const { path } = admin.module.file;
  if (site.kind !== "changeList") {
    edits.push(...extendedChain(context, site, select, plan.prefetch));
    titles.push(...callsIn(select, plan.prefetch));
  } else {
    if (select.length > byMethod.length) {
      const code = listOf(context, admin, select);
      const edit = setAttribute(admin.module.file, admin.node, {
        name: "list_select_related",
        code,
        below: "list_display",
      });
      edits.push(edit && { path, ...edit });
      titles.push(`list_select_related = ${code}`);
    }
    if (plan.prefetch.length > 0 || byMethod.length > 0) {
      if (chain) edits.push(...extendedChain(context, chain, byMethod, plan.prefetch));
      else {
        const calls = callsIn(byMethod, plan.prefetch).map((call) => `.${call}`);
        const hasOwn = context.project.program.members(admin).has("get_queryset");
        const edit = hasOwn
          ? undefined
          : addMethod(admin.module.file, admin.node, [
              "def get_queryset(self, request):",
              `    return ${superCode(context, admin)}.get_queryset(request)${calls.join("")}`,
            ]);
        edits.push(edit && { path, ...edit });
      }
      titles.push(`get_queryset() with ${callsIn(byMethod, plan.prefetch).join(" and ")}`);
    }
  }
  const complete = edits.filter((edit) => edit !== undefined);
  if (complete.length < edits.length || complete.length === 0) return [];
  const safe = !queryset.combined && !queryset.unknownOperations && plan.prefetch.length === 0;
  return [
    {
      title: `Add ${titles.join(" and ")}`,
      safety: safe ? "safe" : "unsafe",
      preferred: true,
      edits: complete,
    },
  ];
}

/** The class's own `get_queryset()` in front of what the change list joins. */
function chainOf(site: OriginSite, { origin }: Queryset): OriginSite | undefined {
  if (site.kind !== "changeList") return undefined;
  const before = origin.sites[origin.sites.indexOf(site) - 1];
  return before && isExtensible(before) ? before : undefined;
}

function extendedChain(
  context: RuleContext,
  site: OriginSite,
  select: readonly string[],
  prefetch: readonly string[],
): readonly (FileEdit | undefined)[] {
  const { path } = site.location;
  const edits = extendQuerysetChain(context.text(path), site, {
    additions: [
      ...(select.length > 0 ? [{ method: "select_related", lookups: select } as const] : []),
      ...(prefetch.length > 0 ? [{ method: "prefetch_related", lookups: prefetch } as const] : []),
    ],
    columnsForOnly: [],
    managerName: undefined,
    chunkedIterator: false,
  });
  return edits?.map((edit) => ({ path, ...edit })) ?? [undefined];
}

/** With the missing paths those that are joined and read, or were named before; undefined where one can't be joined. */
function allSelected(
  context: RuleContext,
  site: OriginSite,
  queryset: Queryset,
  plan: EagerLoadingPlan,
): readonly string[] | undefined {
  const { models } = context.project;
  const joined = factsOfKind(context.facts, "coveredRead")
    .filter((read) => read.queryset.origin.sites.at(-1)?.node === queryset.origin.sites.at(-1)?.node)
    .filter(({ path }) => queryset.selectsAllNonNull || queryset.select.must.has(pathKey(path)))
    .filter(({ path }) => !queryset.prefetch.has(pathKey(path)))
    .map(({ path }) => path);
  const named = [...queryset.select.must].map((path) => path.split("__"));
  const bare: Queryset = { ...queryset, select: noPaths, selectsAllNonNull: false };
  const all = planEagerLoading(models, bare, [...named, ...joined]);
  if (!all.complete || (site.kind !== "changeList" && all.prefetch.length > 0)) return undefined;
  const paths = [...new Set([...all.select, ...plan.select])];
  return paths.filter((path) => !paths.some((longer) => longer.startsWith(`${path}__`)));
}

function callsIn(select: readonly string[], prefetch: readonly string[]): readonly string[] {
  return [
    ...(select.length > 0 ? [`select_related(${quoted(select, '"')})`] : []),
    ...(prefetch.length > 0 ? [`prefetch_related(${quoted(prefetch, '"')})`] : []),
  ];
}

/** A list or tuple, as `list_display` is written. */
function listOf(context: RuleContext, admin: ClassSymbol, paths: readonly string[]): string {
  const columns =
    attributeValue(context, admin, "list_select_related") ?? attributeValue(context, admin, "list_display");
  const quote = columns ? quoteOf(admin.module.file.text, columns) : '"';
  const names = quoted(paths, quote);
  const style = [columns, attributeValue(context, admin, "list_display")].find((value) => isSequence(value));
  return style?.kind === "ListLiteral" ? `[${names}]` : `(${names}${paths.length === 1 ? "," : ""})`;
}

function isSequence(value: Expression | undefined): boolean {
  return value?.kind === "ListLiteral" || value?.kind === "TupleLiteral";
}

function quoted(paths: readonly string[], quote: string): string {
  return paths.map((path) => quote + path + quote).join(", ");
}

function attributeValue({ project }: RuleContext, admin: ClassSymbol, name: string): Expression | undefined {
  const member = project.program.members(admin).get(name);
  return member?.kind === "variable" ? member.values.at(-1) : undefined;
}

function superCode({ project }: RuleContext, { name }: ClassSymbol): string {
  return mayUse("python3", project.django) ? "super()" : `super(${name}, self)`;
}
