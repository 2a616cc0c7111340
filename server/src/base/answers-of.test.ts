import { expect, it } from "vitest";
import { AnswersOf } from "./answers-of.ts";
import { remembered } from "./remembered.ts";

it("gives each object the answer that was found about it, once", () => {
  const lengths = new AnswersOf<{ readonly text: string }, number>();
  const file = { text: "import os" };
  let asked = 0;
  const length = (): number =>
    remembered(lengths, file, () => {
      asked += 1;
      return file.text.length;
    });
  expect([length(), length(), asked]).toEqual([9, 9, 1]);
  expect(lengths.get({ text: "import os" })).toBeUndefined();
});

it("keeps answers of several kinds apart", () => {
  const first = new AnswersOf<object, string>();
  const second = new AnswersOf<object, string>();
  const facts = [1, 2];
  first.set(facts, "first");
  second.set(facts, "second");
  first.set(facts, "again");
  expect([first.get(facts), second.get(facts)]).toEqual(["again", "second"]);
});

it("leaves nothing of it in a copy, in JSON or among the names of the object", () => {
  const answers = new AnswersOf<object, string>();
  const project = { root: "shop" };
  answers.set(project, "of the old program");
  expect(answers.get({ ...project })).toBeUndefined();
  expect(answers.get(structuredClone(project))).toBeUndefined();
  expect(JSON.stringify(project)).toBe('{"root":"shop"}');
  expect(project).toStrictEqual({ root: "shop" });
});
