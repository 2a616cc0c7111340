/** The nodes of the view *Scaling*, without VS Code's interface. */
import { l10n } from "vscode";
import type { AuditPlace, AuditReport, AuditStage, AuditTask } from "./audit-report.ts";

export interface AuditNode {
  /** Unique in the tree, and the same in the next report. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** Of VS Code's icons. */
  readonly icon: string;
  /** Undefined for a leaf. */
  readonly children?: readonly AuditNode[];
  /** Where a leaf leads. */
  readonly place?: AuditPlace;
}

/** Stages with their tasks, and these with what speaks for or against them. */
export function auditTree({ stages, tasks }: AuditReport): readonly AuditNode[] {
  return stages.map((stage) =>
    stageNode(
      stage,
      tasks.filter((task) => task.stage === stage.number),
    ),
  );
}

function stageNode(
  { number, title, done, open, unknown }: AuditStage,
  tasks: readonly AuditTask[],
): AuditNode {
  const judged = done + open + unknown;
  return {
    id: `stage ${number}`,
    label: l10n.t("Stage {0}: {1}", number, title),
    description: l10n.t("{0} of {1} done", done, judged),
    tooltip: l10n.t("{0} done, {1} open, {2} unknown", done, open, unknown),
    icon: open + unknown === 0 ? "pass" : "milestone",
    children: tasks.map(taskNode),
  };
}

const icons: Readonly<Record<AuditTask["status"], string>> = {
  done: "pass",
  open: "circle-large-outline",
  unknown: "question",
  notApplicable: "circle-slash",
};

function taskNode(task: AuditTask): AuditNode {
  const { id, title, status, reason, evidence } = task;
  const leaves = evidence.flatMap(({ text, place }, index): readonly AuditNode[] =>
    place === undefined
      ? []
      : [
          {
            id: `${id} ${index}`,
            label: text,
            description: `${place.path.slice(place.path.lastIndexOf("/") + 1)}:${place.line}`,
            tooltip: text,
            icon: "go-to-file",
            place,
          },
        ],
  );
  return {
    id,
    label: `${id} ${title}`,
    description: [statusText(status), ...daysText(task)].join(" · "),
    tooltip: reason,
    icon: icons[status],
    ...(leaves.length > 0 && { children: leaves }),
  };
}

function statusText(status: AuditTask["status"]): string {
  switch (status) {
    case "done":
      return l10n.t("done");
    case "open":
      return l10n.t("open");
    case "unknown":
      return l10n.t("unknown");
    case "notApplicable":
      return l10n.t("not applicable");
  }
}

function daysText({ days, due }: AuditTask): readonly string[] {
  const range = days && (days.from === days.to ? String(days.from) : `${days.from}–${days.to}`);
  return [
    ...(range === undefined ? [] : [range === "1" ? l10n.t("1 day") : l10n.t("{0} days", range)]),
    ...(due ? [l10n.t("due")] : []),
  ];
}
