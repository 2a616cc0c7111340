/** What a comparison of a number of rows with a constant asks. */

/** `several`: whether there is more than one. */
export type CountQuestion = "any" | "none" | "several";

const questions: Readonly<Record<string, CountQuestion>> = {
  "> 0": "any",
  ">= 1": "any",
  "!= 0": "any",
  "== 0": "none",
  "< 1": "none",
  "<= 0": "none",
  "> 1": "several",
  ">= 2": "several",
  "== 1": "several",
  "!= 1": "several",
  "<= 1": "several",
  "< 2": "several",
};

const mirrored: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** Undefined where the number itself matters. `countFirst`: it stands left of the operator. */
export function questionOf(operator: string, number: number, countFirst: boolean): CountQuestion | undefined {
  const turned = countFirst ? operator : (mirrored[operator] ?? operator);
  return questions[`${turned} ${number}`];
}
