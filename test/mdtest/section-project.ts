/** The project that a section of a spec is analysed in. */
import { rules } from "../../server/src/rules/registry.ts";
import type { Section, Spec } from "../support/markdown-spec.ts";
import { projectFiles } from "../support/spec-files.ts";
import type { Files } from "./apply-fixes.ts";

export const defaultVersion = "5.2";

export function filesOf(spec: Spec, section: Section, djangoVersion: string): Files {
  const files = new Map(projectFiles(spec, section.files));
  const others = section.files.find(({ path }) => path === "requirements.txt")?.text ?? "";
  files.set("requirements.txt", `Django==${djangoVersion}\n${others}`);
  files.set("queryscope.toml", withIgnored(section.configuration ?? "", incidental(spec)));
  return files;
}

/** Rules that the section ignores itself are ignored as well. */
function withIgnored(configuration: string, ignored: readonly string[]): string {
  const names = ignored.map((name) => JSON.stringify(name)).join(", ");
  return /^ignore = \[/m.test(configuration)
    ? configuration.replace(/^ignore = \[/m, `ignore = [${names}, `)
    : `ignore = [${names}]\n${configuration}`;
}

/** Rules about how code is put, and about pages and transactions, which nearly any code of a spec breaks. */
const incidentalRules: ReadonlySet<string> = new Set([
  "cacheable-public-page",
  "values-list-opportunity",
  "count-then-iterate",
  "distinct-or-group-in-python",
  "filter-in-python",
  "load-all-for-one",
  "sort-in-python",
  "order-by-random",
  "non-sargable-date-lookup",
  "leading-wildcard-search",
  "case-insensitive-lookup",
  "unbounded-queryset-in-request",
  "missing-iterator",
  "duplicate-query",
  "join-then-distinct",
  "negated-to-many-filter",
  "double-join-filter",
  "expensive-count-query",
  "dead-query",
  "over-fetching-columns",
  "unpaginated-list",
  "unordered-pagination",
  "unbounded-page-size",
  "offset-pagination-on-large-table",
  "non-unique-page-order",
  "offset-batch-loop",
  "expensive-total-count",
  "bulk-without-batch-size",
  "get-or-create-in-loop",
  "read-modify-write",
  "slow-io-in-transaction",
  "bulk-skips-side-effects",
  "save-without-update-fields",
  "save-again-in-post-save",
  "writes-in-autocommit-loop",
  "cascade-delete-in-request",
]);

/** They are stated in their own specs alone. */
function incidental({ title }: Spec): readonly string[] {
  return rules
    .filter(
      ({ name, code }) =>
        (incidentalRules.has(name) || isAboutSettings(code) || isAboutIndexes(code)) && name !== title,
    )
    .map(({ name }) => name);
}

/** Models of specs have as few indexes as can be. */
function isAboutIndexes(code: string): boolean {
  return /^QS5(?!01)/.test(code);
}

/** The settings of the specs' project are as short as can be: none of them are what one would deploy. */
function isAboutSettings(code: string): boolean {
  return code.startsWith("QS8");
}
