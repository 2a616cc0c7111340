/** How far a product is on the roadmap, and what comes next. */
import type { JudgedTask } from "./judge-tasks.ts";
import { type Audience, type StageNumber, stageForAudience, stages } from "./stages.ts";

export interface Progress {
  /** 0 before the first stage is done; undefined where too little of it could be judged. */
  readonly current: 0 | StageNumber | undefined;
  readonly next: StageNumber;
  /** Why that is next, a sentence. */
  readonly reason: string;
}

/** So much of a stage's work has to be done. */
const share = 0.8;

export function progressOf(tasks: readonly JudgedTask[], audience: Audience): Progress {
  const current = currentStage(tasks);
  const wanted = stageForAudience(audience);
  const following = stages.find(({ number }) => number > (current ?? 0) && hasOpen(tasks, number))?.number;
  if (wanted === undefined) {
    const next = following ?? 4;
    return {
      current,
      next,
      reason:
        following === undefined
          ? "Nothing is open on the roadmap."
          : `It is the first ${current ? "stage after that" : "stage"} with open tasks. With users and concurrent-users in the configuration, it would be the stage that so many need.`,
    };
  }
  const said = audienceText(audience);
  const next = firstStage(tasks, wanted);
  return {
    current,
    next,
    reason:
      next === wanted
        ? `${said} need stage ${wanted}.`
        : `${said} need stage ${wanted}; stage ${next} comes before it.`,
  };
}

/** Stages build on each other: the first with much open work below the wanted one, else that one. */
function firstStage(tasks: readonly JudgedTask[], wanted: StageNumber): StageNumber {
  return (
    stages.find(
      ({ number }) => number <= wanted && hasOpen(tasks, number) && (doneShare(tasks, number) ?? 1) < share,
    )?.number ?? wanted
  );
}

function currentStage(tasks: readonly JudgedTask[]): Progress["current"] {
  let reached: 0 | StageNumber = 0;
  for (const { number } of stages) {
    const part = doneShare(tasks, number);
    if (part === undefined) return reached === 0 ? undefined : reached;
    if (part < share) return reached;
    reached = number;
  }
  return reached;
}

/** By the days of its tasks. Undefined where less than half of them could be judged. */
function doneShare(tasks: readonly JudgedTask[], stage: StageNumber): number | undefined {
  let done = 0;
  let judged = 0;
  let all = 0;
  for (const { task, judgement } of tasks) {
    if (task.stage !== stage || judgement.status === "notApplicable") continue;
    const weight = task.days ? (task.days.from + task.days.to) / 2 : 0;
    all += weight;
    if (judgement.status !== "unknown") judged += weight;
    if (judgement.status === "done") done += weight;
  }
  if (all === 0) return 1;
  return judged * 2 < all ? undefined : done / judged;
}

function hasOpen(tasks: readonly JudgedTask[], stage: StageNumber): boolean {
  return tasks.some(({ task, judgement }) => task.stage === stage && judgement.status === "open");
}

function audienceText({ users, concurrentUsers, targetUsers }: Audience): string {
  const parts = [
    ...(targetUsers !== undefined
      ? [`${targetUsers.toLocaleString("en")} users to come`]
      : users !== undefined
        ? [`${users.toLocaleString("en")} users`]
        : []),
    ...(concurrentUsers !== undefined ? [`${concurrentUsers.toLocaleString("en")} at the same time`] : []),
  ];
  return parts.join(", ");
}
