import { groupBy } from "../../base/group-by.ts";
import type { Styles } from "../terminal/style.ts";
import { applicableFix, type Report } from "./report.ts";

/** How often each rule reports, most frequent first. */
export function formatStatistics({ findings }: Report, styles: Styles): string {
  const rows = [...groupBy(findings, ({ code }) => code).values()]
    .map((group) => ({
      count: group.length,
      code: group[0].code,
      rule: group[0].rule,
      fixable: group.filter(({ fixes }) => applicableFix(fixes, "safe") !== undefined).length,
    }))
    .sort((first, second) => second.count - first.count || first.code.localeCompare(second.code));
  const width = String(rows[0]?.count ?? 0).length;
  const ruleWidth = Math.max(0, ...rows.map(({ rule }) => rule.length));
  return rows
    .map(({ count, code, rule, fixable }) => {
      const mark = fixable === 0 ? "" : `  ${styles.good(`${fixable} fixable`)}`;
      return `${`${String(count).padStart(width)}  ${styles.strong(code)}  ${rule.padEnd(ruleWidth)}${mark}`.trimEnd()}\n`;
    })
    .join("");
}
