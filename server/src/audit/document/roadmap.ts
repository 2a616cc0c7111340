/** Summary, stages and tasks. */
import { unreachable } from "../../base/invariant.ts";
import type { AuditReport, StageReport, TaskReport, TaskStatus } from "../report.ts";
import { at, type Block, code, type Line, list, paragraph, type Section, strong } from "./document.ts";
import { count, counted, range } from "./numbers.ts";

export function introduction({ project, date, tool }: AuditReport): readonly Block[] {
  const { settings, django, models, files, lines } = project;
  return [
    paragraph(
      `${counted(files, "file")} with ${count(lines)} lines and ${counted(models, "model")}`,
      django === undefined ? "" : `, Django ${django}`,
      settings === undefined ? "; no settings for production were found" : "; settings of production: ",
      ...(settings === undefined ? [] : [code(settings)]),
      `. Made on ${date} with Queryscope ${tool.version}, from the code and the configuration alone.`,
    ),
  ];
}

export function summarySection({ summary, unmeasured, stages, assumptions, tasks }: AuditReport): Section {
  const { currentStage, nextStage, reason, score, biggestWins } = summary;
  const due = tasks.filter((task) => task.due);
  const days = due.reduce(
    (sum, task) => ({ from: sum.from + (task.days?.from ?? 0), to: sum.to + (task.days?.to ?? 0) }),
    { from: 0, to: 0 },
  );
  const rounded = { from: Math.round(days.from * 10) / 10, to: Math.round(days.to * 10) / 10 };
  const cost = {
    from: Math.round(days.from * assumptions.dayRate),
    to: Math.round(days.to * assumptions.dayRate),
  };
  return {
    id: "summary",
    title: "Summary",
    blocks: [
      paragraph(
        strong(stageText(currentStage)),
        ` Next: stage ${nextStage}, ${titleOf(stages, nextStage)}. ${reason}`,
      ),
      paragraph(
        strong(`Health of the code: ${score} of 100.`),
        " How it is counted stands under Method and limits.",
      ),
      due.length === 0
        ? paragraph("No task up to that stage is open.")
        : paragraph(
            strong(`${counted(due.length, "task")} up to that stage ${due.length === 1 ? "is" : "are"} open`),
            `: ${range(rounded)} days of work, ${assumptions.currency} ${range(cost)} (estimated).`,
          ),
      ...(biggestWins.length === 0
        ? []
        : [
            paragraph("What weighs the most:"),
            list(biggestWins.map(({ text, place }) => [text, " ", ...at(place)])),
          ]),
      paragraph("What could not be measured:"),
      list(unmeasured.map((text) => [text])),
    ],
  };
}

function stageText(current: AuditReport["summary"]["currentStage"]): string {
  if (current === undefined) return "Too little could be judged to name the stage of the product.";
  return current === 0 ? "The first stage is not complete yet." : `Stage ${current} is done.`;
}

function titleOf(stages: readonly StageReport[], number: number): string {
  return stages.find((stage) => stage.number === number)?.title ?? "";
}

export function stageSection({ stages, assumptions }: AuditReport): Section {
  const { currency } = assumptions;
  return {
    id: "stages",
    title: "Stages",
    blocks: [
      {
        kind: "chart",
        chart: {
          title: "Tasks of each stage",
          unit: "tasks",
          series: [
            { name: "done", tone: "good" },
            { name: "open", tone: "bad" },
            { name: "unknown", tone: "unknown" },
          ],
          bars: stages.map(({ number, title, done, open, unknown }) => ({
            label: `${number} ${title}`,
            values: [done, open, unknown],
            text: `${done} done, ${open} open, ${unknown} unknown`,
          })),
        },
      },
      {
        kind: "table",
        caption: "The four stages with what they are made for, and what is open in each",
        columns: [
          { title: "Stage" },
          { title: "Users", numeric: true },
          { title: "At the same time", numeric: true },
          { title: "Page in", numeric: true },
          { title: "Done", numeric: true },
          { title: "Open", numeric: true },
          { title: "Unknown", numeric: true },
          { title: "Days open", numeric: true },
          { title: `Cost, ${currency}`, numeric: true },
          { title: "Usual cost, EUR", numeric: true },
          { title: "Hosting, EUR per month", numeric: true },
        ],
        rows: stages.map((stage) => [
          [`${stage.number} ${stage.title}`],
          [`${range(stage.users)}${stage.number === 4 ? "+" : ""}`],
          [`${count(stage.concurrentUsers)}${stage.number === 4 ? "+" : ""}`],
          [`< ${stage.pageLoad} ms`],
          [count(stage.done)],
          [count(stage.open)],
          [count(stage.unknown)],
          [range(stage.days)],
          [range(stage.cost)],
          [stage.usualCost ? range(stage.usualCost) : "–"],
          [range(stage.infrastructure)],
        ]),
      },
      {
        kind: "chart",
        chart: {
          title: `Cost of the open tasks of each stage, ${currency}`,
          unit: currency,
          series: [
            { name: "at least", tone: "neutral" },
            { name: "at most", tone: "unknown" },
          ],
          bars: stages.map(({ number, title, cost }) => ({
            label: `${number} ${title}`,
            values: [cost.from, cost.to - cost.from],
            text: cost.to === 0 ? "nothing" : range(cost),
          })),
        },
      },
      paragraph(
        "Costs are days times the day rate; the usual cost is what such a stage takes elsewhere. Both are estimates. Redis and the workers of Celery that stage 2 brings run on the same server: they add nothing to its price.",
      ),
    ],
  };
}

export function taskSection(report: AuditReport): Section {
  const { tasks, stages, summary } = report;
  return {
    id: "tasks",
    title: "Tasks",
    blocks: [
      paragraph(
        `Due are the open tasks up to stage ${summary.nextStage}. What belongs to a later stage can wait: a part that nobody needs yet has to be run and paid all the same.`,
      ),
      ...prioritised(tasks),
    ],
    sections: stages.map((stage) => ({
      id: `stage-${stage.number}`,
      title: `Stage ${stage.number}: ${stage.title}`,
      blocks: [
        ...(stage.number === 1 ? [paragraph("Neither Redis nor a task queue is needed in this stage.")] : []),
        {
          kind: "table",
          caption: `Tasks of stage ${stage.number} with their status and what it rests on`,
          columns: [
            { title: "Task" },
            { title: "Status" },
            { title: "Why" },
            { title: "Days", numeric: true },
            { title: `Cost, ${report.assumptions.currency}`, numeric: true },
          ],
          rows: tasks
            .filter((task) => task.stage === stage.number)
            .map((task) => [
              [strong(task.id), ` ${task.title}`],
              [{ kind: "status", status: task.status }],
              reasonOf(task),
              [task.days ? `${range(task.days)}${task.estimated ? " (estimated)" : ""}` : "–"],
              [task.cost ? range(task.cost) : "–"],
            ]),
        },
        ...evidenceLists(tasks.filter((task) => task.stage === stage.number)),
      ],
    })),
  };
}

/** One place is enough to see the point; the rest stands below the table. */
function reasonOf({ reason, evidence, findings }: TaskReport): Line {
  const [first] = evidence;
  if (evidence.length !== 1 || !first?.place) return [reason];
  return findings === 1
    ? [`${reason} ${first.text} `, ...at(first.place)]
    : [reason, " ", ...at(first.place)];
}

function evidenceLists(tasks: readonly TaskReport[]): readonly Block[] {
  return tasks
    .filter(({ evidence }) => evidence.length > 1)
    .flatMap(({ id, title, evidence }) => [
      paragraph(strong(`${id} ${title}`)),
      list(evidence.map(({ text, place }) => [text, " ", ...at(place)])),
    ]);
}

function prioritised(tasks: readonly TaskReport[]): readonly Block[] {
  const due = tasks.filter((task) => task.due).toSorted(byPriority);
  if (due.length === 0) return [];
  return [
    paragraph("In this order, half-day tasks first, then what weighs the most per day:"),
    list(
      due.map(({ id, title, days, findings }) => [
        strong(id),
        ` ${title}`,
        days ? `: ${range(days)} ${days.to === 1 ? "day" : "days"}` : "",
        findings > 0 ? `, ${counted(findings, "finding")}` : "",
      ]),
    ),
  ];
}

function byPriority(first: TaskReport, second: TaskReport): number {
  const isShort = ({ days }: TaskReport): boolean => days !== undefined && days.from <= 0.5;
  return Number(isShort(second)) - Number(isShort(first)) || second.priority - first.priority;
}

export function statusText(status: TaskStatus): string {
  switch (status) {
    case "done":
      return "done";
    case "open":
      return "open";
    case "unknown":
      return "unknown";
    case "notApplicable":
      return "not applicable";
    default:
      return unreachable(status);
  }
}
