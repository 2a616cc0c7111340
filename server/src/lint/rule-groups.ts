import type { RuleCode } from "../rules/finding.ts";

/** The first digit of a code says what a rule is about, and never changes. */
export interface RuleGroup {
  /** What the codes of its rules begin with, and what `--select` takes. */
  readonly prefix: string;
  readonly title: string;
  /** What it finds, as a sentence without a full stop. */
  readonly summary: string;
}

const groups: readonly RuleGroup[] = [
  {
    prefix: "QS0",
    title: "Suppressions",
    summary: "Comments that suppress nothing or cannot be understood",
  },
  {
    prefix: "QS1",
    title: "N+1 and lazy loading",
    summary:
      "Relations, counts and columns that are loaded row by row, wherever the rows are read: in helpers, templates, serializers, the admin, forms, GraphQL types",
  },
  {
    prefix: "QS2",
    title: "Query shape and evaluation",
    summary:
      "Rows that are loaded only to count, filter, sort or add them up in Python, queries that are sent twice, searches that no index serves",
  },
  {
    prefix: "QS3",
    title: "Write loops, bulk operations, transactions",
    summary:
      "Rows that are written one by one, updates that lose what others write, transactions that wait for other systems",
  },
  {
    prefix: "QS4",
    title: "Blocking work in the request, media and files",
    summary:
      "E-mail, HTTP calls, documents, uploads and processes that a response waits for, also through helpers; files that go through a worker",
  },
  {
    prefix: "QS5",
    title: "Indexes and schema",
    summary: "Columns that the whole project's queries filter or sort by, and no index serves",
  },
  {
    prefix: "QS6",
    title: "Pagination",
    summary: "Lists without pages, pages of any size, in no order, or cut by deep offsets",
  },
  {
    prefix: "QS7",
    title: "Caching and sessions",
    summary:
      "Entries that leak between users, never expire or are never deleted; expensive views that nothing caches",
  },
  {
    prefix: "QS8",
    title: "Settings and deployment",
    summary:
      "Connections, pooling, caches, sessions, media and workers as settings and deployment files have them",
  },
  {
    prefix: "QS9",
    title: "Tasks of Celery and django.tasks",
    summary:
      "Tasks that are lost, run before the commit, wait for each other, never end, or are given what they should look up",
  },
];

/** @throws for a code outside of all groups */
export function groupOf(code: RuleCode): RuleGroup {
  const group = groups.find(({ prefix }) => code.startsWith(prefix));
  if (group === undefined) throw new Error(`${code} belongs to no group`);
  return group;
}
