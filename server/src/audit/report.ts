/**
 * The scaling report as data: everything that its Markdown and HTML show, and its JSON output. Lines count from 1,
 * paths are relative with `/`. Undefined values are absent from the JSON.
 */
import type { EndpointKind } from "../interpret/roots/endpoints.ts";
import type { Confidence, Level, RuleCode, Safety } from "../rules/finding.ts";
import type { LiveResult } from "./live-measurements.ts";
import type { Range, StageNumber } from "./stages.ts";

/** Raised when a field is renamed or removed, or means something else. */
export const auditSchemaVersion = 1;

export interface AuditReport {
  readonly schemaVersion: typeof auditSchemaVersion;
  readonly tool: { readonly name: "queryscope"; readonly version: string };
  /** `2026-11-26` */
  readonly date: string;
  readonly project: AuditedProject;
  readonly assumptions: Assumptions;
  readonly summary: Summary;
  readonly stages: readonly StageReport[];
  readonly tasks: readonly TaskReport[];
  readonly quickWins: readonly QuickWin[];
  readonly hotSpots: HotSpots;
  readonly indexes: readonly IndexProposal[];
  readonly requests: readonly RequestReport[];
  readonly caches: CacheMap;
  readonly files: FilesReport;
  readonly settings: SettingsReport;
  readonly queue: QueueReport;
  /** What files of the deployment start. */
  readonly processes: readonly ProcessReport[];
  readonly scores: readonly AreaScore[];
  readonly live: readonly LiveResult[];
  /** Each with its reason, a sentence. */
  readonly unmeasured: readonly string[];
  readonly rewrite: RewriteReport;
  readonly snippets: readonly Snippet[];
  readonly trend: Trend | undefined;
  readonly findings: readonly ReportFinding[];
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

export interface ReportPlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export interface ReportEvidence {
  readonly text: string;
  readonly place: ReportPlace | undefined;
}

export interface AuditedProject {
  readonly name: string;
  readonly root: string;
  /** The settings that were taken for those of production. */
  readonly settings: string | undefined;
  readonly django: string | undefined;
  readonly models: number;
  readonly files: number;
  /** Lines of first-party code that is not there for tests. */
  readonly lines: number;
  /** Roots of further projects of the folder, whose settings are not part of the report. */
  readonly others: readonly string[];
}

/** What the configuration says; nothing of it was measured. */
export interface Assumptions {
  readonly users: number | undefined;
  readonly concurrentUsers: number | undefined;
  readonly targetUsers: number | undefined;
  readonly currency: string;
  readonly dayRate: number;
  readonly queryBudget: number;
  readonly servers: readonly {
    readonly name: string;
    readonly cpus: number;
    /** GB */
    readonly memory: number;
    readonly cost: number | undefined;
  }[];
}

export interface Summary {
  /** The last stage that is done; 0 before the first, undefined where too little could be judged. */
  readonly currentStage: 0 | StageNumber | undefined;
  /** The stage to work on. */
  readonly nextStage: StageNumber;
  /** Why it is that stage, a sentence. */
  readonly reason: string;
  /** 0 to 100. */
  readonly score: number;
  readonly biggestWins: readonly { readonly text: string; readonly place: ReportPlace | undefined }[];
}

export interface StageReport {
  readonly number: StageNumber;
  readonly title: string;
  readonly users: Range;
  readonly concurrentUsers: number;
  /** Milliseconds. */
  readonly pageLoad: number;
  readonly done: number;
  readonly open: number;
  readonly unknown: number;
  readonly notApplicable: number;
  /** Days of its open tasks. */
  readonly days: Range;
  /** What these cost in `assumptions.currency`. */
  readonly cost: Range;
  /** What the stage usually costs, in EUR. */
  readonly usualCost: Range | undefined;
  /** EUR per month. */
  readonly infrastructure: Range;
}

export type TaskStatus = "done" | "open" | "unknown" | "notApplicable";

export interface TaskReport {
  readonly id: string;
  readonly stage: StageNumber;
  readonly title: string;
  readonly status: TaskStatus;
  /** Why it has that status, a sentence. */
  readonly reason: string;
  readonly evidence: readonly ReportEvidence[];
  /** How many findings speak against it. */
  readonly findings: number;
  readonly rules: readonly RuleCode[];
  /** Undefined where it is part of another task, or nothing is left to do. */
  readonly days: Range | undefined;
  readonly cost: Range | undefined;
  /** The days are an estimate of Queryscope, not experience. */
  readonly estimated: boolean;
  /** It belongs to the stages up to the next. */
  readonly due: boolean;
  /** Relative weight of its findings per day of work; 0 where it has none. */
  readonly priority: number;
}

export interface FixReference {
  readonly fingerprint: string;
  /** Which of the finding's fixes. */
  readonly index: number;
  readonly title: string;
  readonly safety: Safety;
}

export interface QuickWin {
  readonly code: RuleCode;
  readonly message: string;
  readonly place: ReportPlace;
  readonly queries: { readonly before: string; readonly after: string } | undefined;
  readonly fix: FixReference;
}

export interface HotSpots {
  /** Entries into the project that were estimated, and those above the budget. */
  readonly entries: number;
  readonly overBudget: number;
  /** Pages that list rows, and those that send no query for each of them. */
  readonly listPages: number;
  readonly cleanListPages: number;
  /** The most expensive first. */
  readonly worst: readonly HotSpot[];
}

export interface HotSpot {
  readonly kind: EndpointKind;
  readonly symbol: string;
  readonly place: ReportPlace;
  /** A sum such as `2 + 3N`. */
  readonly queries: string;
  readonly example: { readonly n: number; readonly queries: number };
  /** Queries of the example when the findings on the way are repaired; never fewer than one. */
  readonly after: number;
  /** False where there may be more queries. */
  readonly complete: boolean;
  /** What repairs it. */
  readonly findings: readonly ReportFinding[];
}

export interface ReportFinding {
  readonly code: RuleCode;
  readonly rule: string;
  readonly level: Level;
  readonly confidence: Confidence;
  readonly message: string;
  readonly help: string;
  readonly place: ReportPlace;
  readonly symbol: string;
  readonly fingerprint: string;
  /** The best of its fixes. */
  readonly fix: FixReference | undefined;
}

export interface IndexProposal {
  readonly model: string;
  readonly fields: readonly string[];
  readonly finding: ReportFinding;
  /** What the fix writes into the model. */
  readonly code: string | undefined;
}

/** What somebody waits for. */
export interface RequestReport {
  readonly request: string;
  readonly place: ReportPlace | undefined;
  readonly calls: readonly ReportFinding[];
}

export interface CacheMap {
  readonly backends: readonly {
    readonly alias: string;
    readonly backend: string;
    readonly timeout: string | undefined;
  }[];
  readonly entries: readonly CacheEntry[];
  /** What the rules have to say about it. */
  readonly gaps: readonly ReportFinding[];
}

export type CacheLevel = "request" | "process" | "application" | "fragment" | "page";

export interface CacheEntry {
  readonly level: CacheLevel;
  /** The key, the function or the fragment as the code has it. */
  readonly what: string;
  readonly place: ReportPlace;
  /** As it is written; undefined where nothing is said, so that the default applies. */
  readonly timeout: string | undefined;
  /** Where the same key is deleted. */
  readonly deleted: readonly ReportPlace[];
}

/** Static files and uploads. */
export interface FilesReport {
  readonly kinds: readonly PublishedFiles[];
  /** Columns that hold uploads: `shop.Photo.image` */
  readonly fields: readonly string[];
  readonly findings: readonly ReportFinding[];
}

export interface PublishedFiles {
  readonly what: "static files" | "uploads";
  /** Dotted name; undefined where it is decided where the product is deployed. */
  readonly storage: string | undefined;
  /** `STATIC_URL` or `MEDIA_URL`; undefined where it is decided where the product is deployed. */
  readonly address: string | undefined;
  /** Undefined where nothing in the folder tells. */
  readonly givenOutBy: string | undefined;
  readonly place: ReportPlace | undefined;
}

export interface SettingsReport {
  readonly values: readonly SettingValue[];
  readonly findings: readonly ReportFinding[];
}

export interface SettingValue {
  /** `DATABASES["default"]["CONN_MAX_AGE"]` */
  readonly name: string;
  /** As it was evaluated: secrets left out. */
  readonly value: string;
  /** The variable of the environment that may say something else. */
  readonly variable: string | undefined;
  readonly place: ReportPlace | undefined;
  /** What it should be at which stage. */
  readonly advice: string;
}

export interface QueueReport {
  readonly library: string | undefined;
  readonly tasks: readonly QueueTask[];
}

export interface QueueTask {
  readonly name: string;
  readonly place: ReportPlace;
  readonly queue: string | undefined;
  /** As they are written. */
  readonly schedule: string | undefined;
  readonly retries: string | undefined;
  readonly timeLimit: string | undefined;
  readonly rateLimit: string | undefined;
  /** Places in the code that start it. */
  readonly starts: number;
  readonly findings: number;
}

export interface ProcessReport {
  readonly kind: "web" | "worker";
  readonly name: string;
  readonly program: string;
  readonly place: ReportPlace;
  readonly copies: number;
  /** Requests or tasks at the same time, of all copies; undefined where no file tells. */
  readonly atOnce: number | undefined;
  /** Of a worker that names them. */
  readonly queues: readonly string[] | undefined;
}

export interface AreaScore {
  readonly area: string;
  /** 0 to 100. */
  readonly score: number;
  readonly findings: number;
}

export interface RewriteReport {
  /** Open findings that are repaired within Django. */
  readonly repairable: number;
  /** Work of the processor while somebody waits: what no query or cache makes faster. */
  readonly processorBound: readonly ReportFinding[];
  readonly cost: Range;
}

export interface Snippet {
  readonly title: string;
  readonly explanation: string;
  readonly language: "python" | "sql";
  readonly file: string;
  readonly code: string;
}

export interface Trend {
  /** Date of the earlier report. */
  readonly since: string;
  readonly score: { readonly before: number; readonly now: number };
  readonly areas: readonly { readonly area: string; readonly before: number; readonly now: number }[];
  readonly done: readonly string[];
  readonly reopened: readonly string[];
  readonly newFindings: readonly ReportFinding[];
  readonly fixedFindings: number;
}
