/** Quick wins, the most expensive entries, indexes. */
import { groupBy } from "../../base/group-by.ts";
import type { AuditReport, HotSpot } from "../report.ts";
import { at, type Block, code, fixOf, paragraph, type Section, strong } from "./document.ts";
import { count } from "./numbers.ts";

export function quickWinSection({ quickWins }: AuditReport): Section {
  return {
    id: "quick-wins",
    title: "Quick wins",
    blocks:
      quickWins.length === 0
        ? [paragraph("No finding has a fix that is safe to apply without thought.")]
        : [
            paragraph(
              "Fixes that change the queries and nothing else, the weightiest first: ",
              code("queryscope check --fix"),
              " applies all of them.",
            ),
            {
              kind: "table",
              caption: "Findings with a safe fix",
              columns: [{ title: "Finding" }, { title: "Where" }, { title: "Queries" }, { title: "Fix" }],
              rows: quickWins.map(({ code: rule, message, place, queries, fix }) => [
                [strong(rule), ` ${message}`],
                at(place),
                [queries ? `${queries.before} → ${queries.after}` : "–"],
                [fix.title, ...fixOf(fix)],
              ]),
            },
          ],
  };
}

/** Bars that can still be told apart. */
const shownBars = 12;

export function hotSpotSection({ hotSpots, assumptions }: AuditReport): Section {
  const { entries, overBudget, listPages, cleanListPages, worst } = hotSpots;
  const summary = paragraph(
    `Entries into the project: ${count(entries)}, of which ${count(overBudget)} send more than ${assumptions.queryBudget} queries.`,
    listPages === 0
      ? ""
      : ` Pages that list rows: ${count(listPages)}, of which ${count(cleanListPages)} send no query for each of them.`,
  );
  if (worst.length === 0) return { id: "hot-spots", title: "Query hot spots", blocks: [summary] };
  return {
    id: "hot-spots",
    title: "Query hot spots",
    blocks: [
      summary,
      paragraph(
        "N stands for the rows of a list, N·M for rows of rows; the example has 50 rows, or as many as a page has, with 5 rows each below them. The last number is what is left when the findings on the way are repaired.",
      ),
      {
        kind: "chart",
        chart: {
          title: "Queries of the most expensive entries in the example",
          unit: "queries",
          series: [
            { name: "after the repairs", tone: "good" },
            { name: "saved by the repairs", tone: "bad" },
          ],
          bars: worst.slice(0, shownBars).map(({ symbol, example, after }) => ({
            label: symbol,
            values: [after, example.queries - after],
            text: `${count(example.queries)} → ${count(after)}`,
          })),
        },
      },
      {
        kind: "table",
        caption: "Entries with the most queries",
        columns: [
          { title: "Entry" },
          { title: "Kind" },
          { title: "Where" },
          { title: "Queries" },
          { title: "Example", numeric: true },
          { title: "After repair", numeric: true },
          { title: "Findings on the way" },
        ],
        rows: worst.map((spot) => [
          [code(spot.symbol)],
          [spot.kind],
          at(spot.place),
          [`${spot.complete ? "" : "at least "}${spot.queries}`],
          [count(spot.example.queries)],
          [count(spot.after)],
          findingsOf(spot),
        ]),
      },
    ],
  };
}

/** The rest is in the list of findings. */
const shownFindings = 3;

function findingsOf({ findings }: HotSpot) {
  if (findings.length === 0)
    return ["No finding: the queries are needed, or the analysis is not sure of a repair."];
  const shown = findings.slice(0, shownFindings);
  const more = findings.length - shown.length;
  return [
    ...shown.flatMap(({ code: rule, place, fix }, index) => [
      ...(index > 0 ? [", "] : []),
      `${rule} `,
      ...at(place),
      ...fixOf(fix),
    ]),
    ...(more > 0 ? [` and ${more} more`] : []),
  ];
}

export function indexSection({ indexes }: AuditReport): Section {
  if (indexes.length === 0) {
    return {
      id: "indexes",
      title: "Indexes",
      blocks: [
        paragraph(
          "The code asks for no index that is missing, and keeps none that it does not need, as far as it can be read.",
        ),
      ],
    };
  }
  return {
    id: "indexes",
    title: "Indexes",
    blocks: [
      {
        kind: "table",
        caption: "Indexes to add, change or remove",
        columns: [{ title: "Model" }, { title: "Columns" }, { title: "Finding" }, { title: "Where" }],
        rows: indexes.map(({ model, fields, finding }) => [
          [model],
          [fields.length > 0 ? fields.join(", ") : "–"],
          [strong(finding.code), ` ${finding.message}`, ...fixOf(finding.fix)],
          at(finding.place),
        ]),
      },
      ...[...groupBy(indexes, ({ model }) => model)].flatMap(([model, ofModel]): readonly Block[] => {
        const texts = ofModel.flatMap(({ code: text }) => text ?? []);
        return texts.length === 0
          ? []
          : [
              paragraph(`For ${model}:`),
              ...texts.map((text): Block => ({ kind: "code", language: "python", text })),
            ];
      }),
      paragraph(
        "Every index costs time with each write. On PostgreSQL, AddIndexConcurrently in a migration with ",
        code("atomic = False"),
        " builds it without blocking writes. Fields of one model that several rows of the table begin with are served by the longest index.",
      ),
    ],
  };
}
