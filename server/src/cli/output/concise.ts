import type { Styles } from "../terminal/style.ts";
import { applicableFix, type PlacedFinding, type Report } from "./report.ts";
import { singleLine } from "./text.ts";

/** One line for each finding, as editors and `grep` read it. `[*]` marks those that `--fix` repairs. */
export function formatConcise(report: Report, styles: Styles): string {
  return report.findings.map((finding) => `${formatLine(finding, styles)}\n`).join("");
}

function formatLine({ path, range, code, level, message, fixes }: PlacedFinding, styles: Styles): string {
  const { line, column } = range.start;
  const mark = applicableFix(fixes, "safe") === undefined ? "" : ` ${styles.good("[*]")}`;
  return `${styles.strong(path)}:${line}:${column}: ${styles.strong(code)} ${levelStyle(level, styles)(level)}: ${singleLine(message)}${mark}`;
}

export function levelStyle(level: PlacedFinding["level"], styles: Styles): Styles["error"] {
  switch (level) {
    case "error":
      return styles.error;
    case "warning":
      return styles.warning;
    case "info":
      return styles.info;
    case "hint":
      return styles.faint;
  }
}
