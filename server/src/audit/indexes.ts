/** Indexes that the code's queries ask for, and those that nothing needs. */

import { biggestTableFirst } from "../rules/biggest-table-first.ts";
import { proposesIndex } from "../rules/indexes/proposes-index.ts";
import type { AuditFinding, Product } from "./product.ts";
import type { IndexProposal } from "./report.ts";
import { type PlaceOf, reportFinding } from "./report-places.ts";

export function indexProposals({ findings }: Product, placeOf: PlaceOf): readonly IndexProposal[] {
  // Big tables first, where a database has counted them or the configuration says it.
  const proposing = findings.filter(proposesIndex).toSorted(biggestTableFirst);
  return proposing.map((finding) => ({
    model: finding.model ?? finding.symbol,
    fields: finding.fields,
    finding: reportFinding(finding, placeOf),
    code: codeOf(finding),
  }));
}

/** What the fix writes for the index itself, imports left aside. */
function codeOf({ fixes }: AuditFinding): string | undefined {
  const best = fixes.find(({ preferred }) => preferred) ?? fixes[0];
  const texts = best?.edits.map(({ newText }) => newText) ?? [];
  const index = texts.find((text) => /Index\(/.test(text) && !/^\s*from /.test(text));
  return index === undefined
    ? undefined
    : dedent(
        index
          .replace(/^[,\s]*\n/, "")
          .trimEnd()
          .replace(/,$/, ""),
      );
}

function dedent(text: string): string {
  const lines = text.split("\n");
  const margins = lines
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const margin = Math.min(...margins);
  return lines.map((line) => line.slice(margin)).join("\n");
}
