/** What requests wait for, what is cached, settings, tasks. */
import { groupBy } from "../../base/group-by.ts";
import { unreachable } from "../../base/invariant.ts";
import type { AuditReport, CacheLevel, ReportFinding, RequestReport } from "../report.ts";
import {
  at,
  type Block,
  code,
  fixOf,
  type Line,
  lineBreak,
  list,
  paragraph,
  type Section,
  strong,
} from "./document.ts";
import { counted } from "./numbers.ts";

/** Rows of a table that somebody still reads; the rest is in the JSON. */
const shownRows = 25;

function rest(all: number): readonly Block[] {
  const more = all - shownRows;
  return more > 0 ? [paragraph(`${more} more ${more === 1 ? "is" : "are"} in the JSON of this report.`)] : [];
}

/** Places that are named where the same is said of them. */
const shownPlaces = 5;

/** Requests that are named where they wait for the same. */
const shownRequests = 5;

export function requestSection({ requests }: AuditReport): Section {
  const groups = [...groupBy(requests, ({ calls }) => calls.map(({ fingerprint }) => fingerprint).join())];
  return {
    id: "background-work",
    title: "Work that requests wait for",
    blocks:
      requests.length === 0
        ? [
            paragraph(
              "No request was found that waits for mail servers, other services, documents or uploads.",
            ),
          ]
        : [
            {
              kind: "table",
              caption: "Requests with the calls that they wait for",
              columns: [{ title: "Requests" }, { title: "Wait for" }],
              rows: groups
                .slice(0, shownRows)
                .map(([, [first, ...others]]) => [requestsOf([first, ...others]), callsOf(first.calls)]),
            },
            ...rest(groups.length),
          ],
  };
}

function requestsOf(requests: readonly RequestReport[]): Line {
  const more = requests.length - shownRequests;
  return [
    ...requests
      .slice(0, shownRequests)
      .flatMap(({ request, place }, index) => [
        ...(index > 0 ? [lineBreak] : []),
        code(request),
        " ",
        ...at(place),
      ]),
    more > 0 ? ` and ${counted(more, "other")}` : "",
  ];
}

function callsOf(calls: readonly ReportFinding[]) {
  return calls.flatMap(({ code: rule, message, place, fix }, index) => [
    ...(index > 0 ? [lineBreak] : []),
    strong(rule),
    ` ${message} `,
    ...at(place),
    ...fixOf(fix),
  ]);
}

export function cacheSection({ caches }: AuditReport): Section {
  const { backends, entries, gaps } = caches;
  const blocks: Block[] = [];
  if (backends.length > 0) {
    blocks.push(
      list(
        backends.map(({ alias, backend, timeout }) => [strong(alias), ": ", code(backend), keptFor(timeout)]),
      ),
    );
  }
  if (entries.length === 0) blocks.push(paragraph("The project's own code keeps nothing in a cache."));
  else {
    blocks.push(
      {
        kind: "table",
        caption: "What is kept, at which level, for how long, and where it is deleted",
        columns: [
          { title: "Level" },
          { title: "What" },
          { title: "Where" },
          { title: "Kept for" },
          { title: "Deleted in" },
        ],
        rows: entries
          .slice(0, shownRows)
          .map(({ level, what, place, timeout, deleted }) => [
            [levelText(level)],
            [code(what)],
            at(place),
            [timeout === undefined ? "the default" : code(timeout)],
            deleted.length === 0
              ? ["–"]
              : deleted.flatMap((each, index) => [...(index > 0 ? [", "] : []), ...at(each)]),
          ]),
      },
      ...rest(entries.length),
    );
  }
  if (gaps.length > 0) blocks.push(paragraph("What to do about it:"), findingList(gaps));
  return { id: "caches", title: "Caches by level", blocks };
}

function keptFor(timeout: string | undefined): string {
  if (timeout === undefined) return "";
  if (timeout === "None") return ", kept until it is deleted unless a call says otherwise";
  const amount = /^\d+$/.test(timeout) ? `for ${counted(Number(timeout), "second")}` : `for ${timeout}`;
  return `, kept ${amount} unless a call says otherwise`;
}

function levelText(level: CacheLevel): string {
  switch (level) {
    case "request":
      return "request";
    case "process":
      return "process";
    case "application":
      return "value";
    case "fragment":
      return "template fragment";
    case "page":
      return "whole page";
    default:
      return unreachable(level);
  }
}

/** What is said of several places stands there once, with the places. */
export function findingList(findings: readonly ReportFinding[]): Block {
  const groups = [...groupBy(findings, ({ code: rule, message }) => `${rule} ${message}`).values()];
  const shown = groups.slice(0, shownRows);
  const more = findings.length - shown.flat().length;
  return list([
    ...shown.map(([first, ...others]) => [
      strong(first.code),
      ` ${first.message} `,
      ...[first, ...others]
        .slice(0, shownPlaces)
        .flatMap(({ place, fix }, index) => [index > 0 ? ", " : "", ...at(place), ...fixOf(fix)]),
      others.length >= shownPlaces ? ` and ${counted(others.length + 1 - shownPlaces, "other place")}` : "",
    ]),
    ...(more > 0 ? [[`${counted(more, "more finding")} in the JSON of this report.`]] : []),
  ]);
}

export function filesSection({ files, project }: AuditReport): Section {
  const { kinds, fields, findings } = files;
  const nothing =
    project.settings === undefined
      ? "No settings for production were found."
      : "The project has neither static files nor uploads.";
  return {
    id: "files",
    title: "Static files and uploads",
    blocks: [
      kinds.length === 0
        ? paragraph(nothing)
        : {
            kind: "table",
            caption: "Where static files and uploads lie, and who gives them out",
            columns: [
              { title: "Files" },
              { title: "Storage" },
              { title: "Address" },
              { title: "Given out by" },
              { title: "Where" },
            ],
            rows: kinds.map(({ what, storage, address, givenOutBy, place }) => [
              [what],
              [storage === undefined ? elsewhere : code(storage)],
              [address === undefined ? elsewhere : code(address)],
              [givenOutBy ?? "nothing in the folder tells"],
              at(place),
            ]),
          },
      ...(fields.length === 0
        ? []
        : [
            paragraph(
              `${counted(fields.length, "column")} ${fields.length === 1 ? "holds" : "hold"} uploads: `,
              ...fields.slice(0, shownRows).flatMap((field, index) => [index > 0 ? ", " : "", code(field)]),
              fields.length > shownRows ? ", …" : ".",
            ),
          ]),
      ...(findings.length === 0 ? [] : [paragraph("What to do about it:"), findingList(findings)]),
    ],
  };
}

const elsewhere = "decided where it is deployed";

export function settingsSection({ settings, project }: AuditReport): Section {
  const { values, findings } = settings;
  if (project.settings === undefined) {
    return {
      id: "settings",
      title: "Settings",
      blocks: [
        paragraph(
          "No settings for production were found: those in the folder are for development, for tests or for an example. ",
          code("settings-module"),
          " in the configuration names them.",
        ),
      ],
    };
  }
  return {
    id: "settings",
    title: "Settings",
    blocks: [
      ...(findings.length > 0
        ? [findingList(findings)]
        : [paragraph("The rules about settings have nothing to say.")]),
      {
        kind: "table",
        caption: "Values of the settings in production, and what they should be",
        columns: [{ title: "Setting" }, { title: "Value" }, { title: "Where" }, { title: "Should be" }],
        rows: values.map(({ name, value, variable, place, advice }) => [
          [code(name)],
          [code(value), variable === undefined ? "" : ` unless ${variable} says otherwise`],
          at(place),
          [advice],
        ]),
      },
    ],
  };
}

export function queueSection({ queue }: AuditReport): Section {
  const { library, tasks } = queue;
  if (library === undefined || tasks.length === 0) {
    return {
      id: "queue",
      title: "Background tasks",
      blocks: [
        paragraph(
          library === undefined
            ? "The project has no task queue."
            : `The project uses ${library}; its tasks are not known to the analysis.`,
        ),
      ],
    };
  }
  const shown = tasks.toSorted((first, second) => second.findings - first.findings).slice(0, shownRows);
  return {
    id: "queue",
    title: "Background tasks",
    blocks: [
      paragraph(`${counted(tasks.length, "task")} of ${library}.`),
      {
        kind: "table",
        caption: "Tasks with their queue, schedule, retries and limits",
        columns: [
          { title: "Task" },
          { title: "Where" },
          { title: "Queue" },
          { title: "Scheduled" },
          { title: "Tried again" },
          { title: "Time limit" },
          { title: "Rate limit, per worker" },
          { title: "Started in", numeric: true },
          { title: "Findings", numeric: true },
        ],
        rows: shown.map((task) => [
          [code(task.name)],
          at(task.place),
          [task.queue ?? "default"],
          [task.schedule ?? "–"],
          [task.retries ?? "–"],
          [task.timeLimit ?? "–"],
          [task.rateLimit ?? "–"],
          [counted(task.starts, "place")],
          [String(task.findings)],
        ]),
      },
      ...rest(tasks.length),
    ],
  };
}

export function processSection({ processes, stages, summary }: AuditReport): Section {
  const section = { id: "processes", title: "Servers and workers" };
  if (processes.length === 0) {
    return {
      ...section,
      blocks: [paragraph("No file of the folder starts a server or a worker outside of development.")],
    };
  }
  return {
    ...section,
    blocks: [
      {
        kind: "table",
        caption: "What files of the deployment start",
        columns: [
          { title: "Process" },
          { title: "Program" },
          { title: "Where" },
          { title: "Copies", numeric: true },
          { title: "At the same time", numeric: true },
          { title: "Queues" },
        ],
        rows: processes.map(({ kind, name, program, place, copies, atOnce, queues }) => [
          [name],
          [program],
          at(place),
          [String(copies)],
          [atOnce === undefined ? "unknown" : counted(atOnce, kind === "web" ? "request" : "task")],
          [queues?.join(", ") ?? "–"],
        ]),
      },
      ...capacity(
        processes,
        stages.find(({ number }) => number === summary.nextStage),
      ),
    ],
  };
}

function capacity(
  processes: AuditReport["processes"],
  stage: AuditReport["stages"][number] | undefined,
): readonly Block[] {
  const web = processes.filter(({ kind }) => kind === "web");
  const counts = web.flatMap(({ atOnce }) => atOnce ?? []);
  if (!stage || counts.length === 0 || counts.length < web.length) return [];
  // Several files may start the same server in different ways.
  const requests = Math.max(...counts);
  const perSecond = Math.floor((requests * 1000) / stage.pageLoad);
  return [
    paragraph(
      `The largest of the servers answers ${counted(requests, "request")} at the same time: about ${perSecond} per second if each takes the ${stage.pageLoad} ms of stage ${stage.number}, which is made for ${stage.concurrentUsers} users at the same time.`,
    ),
  ];
}
