/** The scaling report of one product. */
import { groupBy } from "../base/group-by.ts";
import { formatVersion } from "../django/version.ts";
import { baseName } from "../platform/paths.ts";
import type { Problem } from "../program/workspace.ts";
import { cacheMap } from "./caches.ts";
import { counted } from "./document/numbers.ts";
import { hotSpots } from "./hot-spots.ts";
import { indexProposals } from "./indexes.ts";
import { isTurnedOff, type JudgedTask, judgeTask } from "./judge-tasks.ts";
import { processReports } from "./processes.ts";
import { linesOf, type Product, type ProductInput, productOf } from "./product.ts";
import { type Progress, progressOf } from "./progress.ts";
import { filesReport } from "./published-files.ts";
import { queueReport } from "./queue.ts";
import {
  type Assumptions,
  type AuditedProject,
  type AuditReport,
  auditSchemaVersion,
  type QuickWin,
  type StageReport,
  type Summary,
  type TaskReport,
} from "./report.ts";
import { bestFix, type PlaceOf, reportEvidence, reportFinding } from "./report-places.ts";
import { requestMap } from "./requests.ts";
import { rewriteReport } from "./rewrite.ts";
import { areaScores, totalScore } from "./scores.ts";
import { settingsReport } from "./settings-values.ts";
import { snippetsFor } from "./snippets/index.ts";
import { type Range, stages } from "./stages.ts";
import { auditTasks } from "./tasks/index.ts";
import { type EarlierReport, trendSince } from "./trend.ts";
import { weightOf } from "./weights.ts";

export interface AuditInput extends ProductInput {
  readonly version: string;
  /** What the folder is called. */
  readonly name: string;
  /** `2026-11-26` */
  readonly date: string;
  readonly placeOf: PlaceOf;
  readonly problems: readonly Problem[];
  readonly earlier?: EarlierReport | undefined;
}

/** Undefined where there is no Django project to report about. */
export function createAuditReport(input: AuditInput): AuditReport | undefined {
  const product = productOf(input);
  if (!product) return undefined;
  const { placeOf, earlier, version, date } = input;
  const assumptions = assumptionsOf(product);
  const judged = auditTasks.map((task) => judgeTask(task, product));
  const progress = progressOf(judged, assumptions);
  const lines = linesOf(product);
  const scores = areaScores(product.findings, lines);
  const spots = hotSpots(product, placeOf);
  const report = {
    schemaVersion: auditSchemaVersion,
    tool: { name: "queryscope", version },
    date,
    project: auditedProject(product, input.name, lines),
    assumptions,
    summary: summaryOf(progress, totalScore(scores), product, placeOf),
    stages: stageReports(judged, assumptions),
    tasks: judged.map((task) => taskReport(task, progress, assumptions, placeOf)),
    quickWins: quickWins(product, placeOf),
    hotSpots: spots,
    indexes: indexProposals(product, placeOf),
    requests: requestMap(product, placeOf),
    caches: cacheMap(product, placeOf),
    files: filesReport(product, placeOf),
    settings: settingsReport(product, placeOf),
    queue: queueReport(product, placeOf),
    processes: processReports(product, placeOf),
    scores,
    live: product.live.results,
    unmeasured: unmeasured(product, judged),
    rewrite: rewriteReport(product, placeOf),
    snippets: snippetsFor(product, judged, progress.next),
    trend: undefined,
    findings: [...product.findings, ...product.doubtful].map((finding) => reportFinding(finding, placeOf)),
    problems: input.problems,
  } as const satisfies AuditReport;
  return earlier ? { ...report, trend: trendSince(earlier, report) } : report;
}

function auditedProject(
  { project, production, others }: Product,
  name: string,
  lines: number,
): AuditedProject {
  const models = [...project.models.models.values()].filter(
    ({ abstract, symbol }) => !abstract && symbol?.module.firstParty === true,
  );
  return {
    name: project.root === "." ? name : baseName(project.root),
    root: project.root,
    settings: production?.module.name,
    django: project.django && formatVersion(project.django),
    models: models.length,
    files: project.program.modules.filter(({ firstParty }) => firstParty).length,
    lines,
    others,
  };
}

function assumptionsOf({ configuration }: Product): Assumptions {
  const { users, concurrentUsers, targetUsers, currency, dayRate, queryBudget, servers } = configuration;
  return {
    users,
    concurrentUsers,
    targetUsers,
    currency,
    dayRate,
    queryBudget,
    servers: servers.map(({ name, cpus, memory, cost }) => ({ name, cpus, memory, cost })),
  };
}

/** Repairs that bring the most. */
const shownWins = 3;

function summaryOf(
  { current, next, reason }: Progress,
  score: number,
  product: Product,
  placeOf: PlaceOf,
): Summary {
  const heaviest = product.findings
    .map((finding) => ({ finding, weight: weightOf(finding) }))
    .toSorted((first, second) => second.weight - first.weight)
    .slice(0, shownWins);
  return {
    currentStage: current,
    nextStage: next,
    reason,
    score,
    biggestWins: heaviest.map(({ finding: { code, message, location } }) => ({
      text: `${code} ${message}`,
      place: placeOf(location),
    })),
  };
}

function stageReports(judged: readonly JudgedTask[], { dayRate }: Assumptions): readonly StageReport[] {
  return stages.map((stage) => {
    const own = judged.filter(({ task }) => task.stage === stage.number);
    const count = (status: TaskReport["status"]): number =>
      own.filter(({ judgement }) => judgement.status === status).length;
    const days = own.reduce<Range>((sum, task) => added(sum, task.days), { from: 0, to: 0 });
    return {
      number: stage.number,
      title: stage.title,
      users: stage.users,
      concurrentUsers: stage.concurrentUsers,
      pageLoad: stage.pageLoad,
      done: count("done"),
      open: count("open"),
      unknown: count("unknown"),
      notApplicable: count("notApplicable"),
      days,
      cost: priced(days, dayRate),
      usualCost: stage.development,
      infrastructure: stage.infrastructure,
    };
  });
}

function taskReport(
  { task, judgement, findings, days, priority }: JudgedTask,
  { next }: Progress,
  { dayRate }: Assumptions,
  placeOf: PlaceOf,
): TaskReport {
  return {
    id: task.id,
    stage: task.stage,
    title: task.title,
    status: judgement.status,
    reason: judgement.reason,
    evidence: judgement.evidence.map((evidence) => reportEvidence(evidence, placeOf)),
    findings: findings.length,
    rules: [...new Set(findings.map(({ code }) => code))].toSorted(),
    days,
    cost: days && priced(days, dayRate),
    estimated: task.estimated === true,
    due: judgement.status === "open" && (task.always === true || task.stage <= next),
    priority: Math.round(priority * 10) / 10,
  };
}

/** Repairs that change nothing but queries, each in minutes. */
const shownQuickWins = 12;

function quickWins({ findings }: Product, placeOf: PlaceOf): readonly QuickWin[] {
  return findings
    .flatMap((finding) => {
      const fix = bestFix(finding);
      return fix?.safety === "safe" ? [{ finding, fix, weight: weightOf(finding) }] : [];
    })
    .toSorted((first, second) => second.weight - first.weight)
    .slice(0, shownQuickWins)
    .map(({ finding: { code, message, location, queries }, fix }) => ({
      code,
      message,
      place: placeOf(location),
      queries: queries && { before: queries.before, after: queries.after },
      fix,
    }));
}

function unmeasured(product: Product, judged: readonly JudgedTask[]): readonly string[] {
  const { production, others, live, doubtful } = product;
  const skipped = live.results.filter((result) => result.kind === "skipped");
  const off = judged.filter(({ task }) => isTurnedOff(task, product));
  return [
    ...(production ? [] : ["No settings for production were found: nothing is said about them."]),
    ...others.map(
      (root) => `The project in ${root} was analysed, but its settings are not part of this report.`,
    ),
    ...(off.length > 0
      ? [`The configuration turns off the rules for ${off.map(({ task }) => task.id).join(", ")}.`]
      : []),
    ...[...groupBy(skipped, ({ reason }) => reason)].map(
      ([reason, checks]) => `${reason} ${counted(checks.length, "check")} could not be made.`,
    ),
    ...(doubtful.length > 0
      ? [
          doubtful.length === 1
            ? "1 finding of low confidence counts nowhere; it is listed at the end."
            : `${doubtful.length} findings of low confidence count nowhere; they are listed at the end.`,
        ]
      : []),
    "Response times: the code tells how many queries are sent, not how long they take.",
  ];
}

function added(sum: Range, days: Range | undefined): Range {
  if (!days) return sum;
  return { from: rounded(sum.from + days.from), to: rounded(sum.to + days.to) };
}

function rounded(days: number): number {
  return Math.round(days * 10) / 10;
}

function priced({ from, to }: Range, dayRate: number): Range {
  return { from: Math.round(from * dayRate), to: Math.round(to * dayRate) };
}
