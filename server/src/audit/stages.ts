/** The four stages of a product's growth, with what each is for, what it costs and what it has to reach. */

export type StageNumber = 1 | 2 | 3 | 4;

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface StageDescription {
  readonly number: StageNumber;
  readonly title: string;
  /** Users of the product; the last stage has no end. */
  readonly users: Range;
  /** Users at the same time that it is made for. */
  readonly concurrentUsers: number;
  /** Milliseconds in which a page is there. */
  readonly pageLoad: number;
  /** What the development usually costs in EUR; undefined for the first stage, which is the product itself. */
  readonly development: Range | undefined;
  /** EUR per month. */
  readonly infrastructure: Range;
}

export const stages: readonly StageDescription[] = [
  {
    number: 1,
    title: "MVP launch",
    users: { from: 0, to: 50 },
    concurrentUsers: 20,
    pageLoad: 500,
    development: undefined,
    infrastructure: { from: 0, to: 50 },
  },
  {
    number: 2,
    title: "First optimisation sprint",
    users: { from: 50, to: 200 },
    concurrentUsers: 100,
    pageLoad: 200,
    development: { from: 3000, to: 5000 },
    infrastructure: { from: 30, to: 80 },
  },
  {
    number: 3,
    title: "Infrastructure scaling",
    users: { from: 200, to: 500 },
    concurrentUsers: 300,
    pageLoad: 150,
    development: { from: 4000, to: 7000 },
    infrastructure: { from: 100, to: 250 },
  },
  {
    number: 4,
    title: "Horizontal scaling",
    users: { from: 500, to: 1000 },
    concurrentUsers: 1000,
    pageLoad: 100,
    development: { from: 5000, to: 10_000 },
    infrastructure: { from: 200, to: 500 },
  },
];

/** What somebody said about the product; nobody measured it. */
export interface Audience {
  readonly users: number | undefined;
  readonly concurrentUsers: number | undefined;
  readonly targetUsers: number | undefined;
}

/** The stage that so many users need; undefined where nobody said how many there are. */
export function stageForAudience({ users, concurrentUsers, targetUsers }: Audience): StageNumber | undefined {
  const wanted = [
    stageUpTo(targetUsers ?? users, (stage) => stage.users.to),
    stageUpTo(concurrentUsers, (stage) => stage.concurrentUsers),
  ].filter((stage) => stage !== undefined);
  return wanted.toSorted().at(-1);
}

function stageUpTo(
  count: number | undefined,
  limit: (stage: StageDescription) => number,
): StageNumber | undefined {
  if (count === undefined) return undefined;
  return stages.find((stage) => count <= limit(stage))?.number ?? 4;
}
