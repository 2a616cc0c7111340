/** Trend, measurements, snippets, doubtful findings, method. */
import { groupBy } from "../../base/group-by.ts";
import { type LiveFinding, liveChecks } from "../live-measurements.ts";
import type { AuditReport } from "../report.ts";
import { findingList } from "./architecture.ts";
import { type Block, code, type Line, list, paragraph, type Section, strong } from "./document.ts";
import { counted } from "./numbers.ts";

export function trendSection({ trend }: AuditReport): readonly Section[] {
  if (!trend) return [];
  const { since, score, areas, done, reopened, newFindings, fixedFindings } = trend;
  return [
    {
      id: "trend",
      title: `Since ${since}`,
      blocks: [
        paragraph(
          `Health of the code: ${score.before} then, ${score.now} now. ${counted(fixedFindings, "finding")} gone, ${counted(newFindings.length, "finding")} new.`,
        ),
        ...(areas.length === 0
          ? []
          : [list(areas.map(({ area, before, now }) => [`${area}: ${before} → ${now}`]))]),
        ...(done.length === 0 ? [] : [paragraph("Done since then: ", done.join(", "), ".")]),
        ...(reopened.length === 0 ? [] : [paragraph("Open again: ", reopened.join(", "), ".")]),
        ...(newFindings.length === 0 ? [] : [paragraph("New:"), findingList(newFindings)]),
      ],
    },
  ];
}

export function liveSection({ live }: AuditReport): Section {
  const measured = live.filter((result) => result.kind === "measured");
  const skipped = live.filter((result) => result.kind === "skipped");
  const checkOf = (code: string) => liveChecks.find((check) => check.code === code);
  const blocks: Block[] = [];
  if (measured.length === 0) {
    blocks.push(paragraph("What only running systems tell is missing from this report."));
  } else {
    blocks.push({
      kind: "table",
      caption: "What running systems told",
      columns: [{ title: "Check" }, { title: "Measured" }, { title: "Should be" }, { title: "Finding" }],
      rows: measured.map((result) => [
        [strong(result.code), ` ${checkOf(result.code)?.title ?? ""}`],
        [result.values.map(({ label, value }) => `${label}: ${value}`).join("; ")],
        [
          result.values
            .flatMap(({ label, target }) => (target === undefined ? [] : [`${label}: ${target}`]))
            .join("; ") || "–",
        ],
        result.findings.length === 0 ? ["in order"] : result.findings.flatMap(findingLine),
      ]),
    });
  }
  if (skipped.length > 0) {
    const reasons = groupBy(skipped, ({ reason }) => reason);
    blocks.push(
      paragraph("Not measured:"),
      list(
        [...reasons].map(([reason, checks]) => [
          `${reason} Missing: ${checks.map(({ code: rule }) => `${checkOf(rule)?.title} (${rule})`).join(", ")}.`,
        ]),
      ),
    );
  }
  return { id: "live", title: "Measured on running systems", blocks };
}

function findingLine({ message, help, command }: LiveFinding, index: number): Line {
  const text = `${index === 0 ? "" : " "}${message} ${help}`;
  return command === undefined ? [text] : [`${text} `, code(command)];
}

export function snippetSection({ snippets }: AuditReport): readonly Section[] {
  if (snippets.length === 0) return [];
  return [
    {
      id: "snippets",
      title: "Code to start from",
      blocks: [paragraph("For the open tasks of this product. Names and numbers are yours to change.")],
      sections: snippets.map(({ title, explanation, language, file, code: text }, index) => ({
        id: `snippet-${index + 1}`,
        title,
        blocks: [paragraph(explanation), paragraph(code(file)), { kind: "code", language, text }],
      })),
    },
  ];
}

export function doubtfulSection({ findings }: AuditReport): readonly Section[] {
  const doubtful = findings.filter(({ confidence }) => confidence === "low");
  return doubtful.length === 0
    ? []
    : [
        {
          id: "doubtful",
          title: "Findings of low confidence",
          blocks: [paragraph("They count nowhere above."), findingList(doubtful)],
        },
      ];
}

export function methodSection({ scores, problems, assumptions }: AuditReport): Section {
  return {
    id: "method",
    title: "Method and limits",
    blocks: [
      {
        kind: "table",
        caption: "Health of each area of the code",
        columns: [
          { title: "Area" },
          { title: "Health", numeric: true },
          { title: "Findings", numeric: true },
        ],
        rows: scores.map(({ area, score, findings }) => [[area], [`${score} of 100`], [String(findings)]]),
      },
      list([
        [
          "The project's code was read, not run. Nothing was connected to unless the section on running systems says so.",
        ],
        [
          "A task is done where files prove it and no finding of at least medium confidence speaks against it; open where a finding does, or where what it needs is missing; unknown where only running systems or the place of deployment tell.",
        ],
        [
          "A stage is done when its tasks are, by four fifths of their days, and the stages before it. Tasks that nobody could judge are left aside; where they are more than half, the stage is not judged.",
        ],
        [
          "Health: each finding takes points by its level, its confidence and who waits for its code, in proportion to the lines of the project; findings about settings take them each. The whole is 100 less what the areas lost, at most 30 points for each.",
        ],
        [
          `Days grow by a tenth for each place that has to be changed, up to one and a half times the usual. A day costs ${assumptions.currency} ${assumptions.dayRate}.`,
        ],
        [
          "Numbers of queries are estimates from the code. Times are not promised: only measuring tells them.",
        ],
        ["Users, servers and prices come from the configuration; nobody checked them."],
      ]),
      ...(problems.length === 0
        ? []
        : [
            paragraph(
              `${counted(problems.length, "part")} of the code could not be analysed, or only in part:`,
            ),
            list(problems.slice(0, 20).map(({ path, message }) => [code(path), `: ${message}`])),
            ...(problems.length > 20
              ? [paragraph(`${problems.length - 20} more are in the JSON of this report.`)]
              : []),
          ]),
    ],
  };
}
