/** What the user says of the values of a column, which takes the place of what is guessed. */
import type { ColumnStatistics } from "./column-statistics.ts";

export interface ColumnSetting {
  /** Number of different values. */
  readonly distinct?: number | undefined;
  /** Share of the rows without a value: 0 to 1. */
  readonly nulls?: number | undefined;
  /** The most frequent values with their shares of all rows. */
  readonly common?: Readonly<Record<string, number>> | undefined;
}

/** By field (`projects.Task.status`) or column (`projects_task.status`). */
export type ColumnStatisticsSetting = Readonly<Record<string, ColumnSetting>>;

/** Values in all rows, up to what floating-point sums leave open. */
const everything = 0.9999;

export function withSetting(guess: ColumnStatistics, setting: ColumnSetting): ColumnStatistics {
  const { distinct, nulls = guess.nullFraction, common } = setting;
  const shares = common === undefined ? rescaled(guess, nulls) : valuesOf(common, 1 - nulls);
  const covered = shares.reduce((sum, { frequency }) => sum + frequency, nulls);
  const known = covered >= everything ? shares.length : undefined;
  const different = distinct ?? known ?? Math.max(guess.distinct, shares.length);
  const kept = distinct === undefined ? shares : enlarged(shares.slice(0, distinct), distinct, 1 - nulls);
  return {
    ...guess,
    nullFraction: nulls,
    distinct:
      distinct === undefined && known === undefined && guess.distinct < 0 ? guess.distinct : different,
    common: kept,
    histogram: known === undefined ? guess.histogram : [],
  };
}

function valuesOf(common: Readonly<Record<string, number>>, most: number): ColumnStatistics["common"] {
  const values = Object.entries(common).map(([value, frequency]) => ({ value, frequency }));
  const total = values.reduce((sum, { frequency }) => sum + frequency, 0);
  const scale = total > most ? most / total : 1;
  return values
    .map(({ value, frequency }) => ({ value, frequency: frequency * scale }))
    .toSorted((a, b) => b.frequency - a.frequency);
}

/** The same shares of the rows that have a value. */
function rescaled({ common, nullFraction }: ColumnStatistics, nulls: number): ColumnStatistics["common"] {
  const scale = nullFraction < 1 ? (1 - nulls) / (1 - nullFraction) : 0;
  return common.map(({ value, frequency }) => ({ value, frequency: frequency * scale }));
}

/** Where these are all the values that there are, they share all rows. */
function enlarged(
  shares: ColumnStatistics["common"],
  distinct: number,
  most: number,
): ColumnStatistics["common"] {
  const total = shares.reduce((sum, { frequency }) => sum + frequency, 0);
  if (shares.length < distinct || total === 0) return shares;
  return shares.map(({ value, frequency }) => ({ value, frequency: (frequency * most) / total }));
}
