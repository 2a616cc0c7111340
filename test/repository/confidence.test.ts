import { expect, test } from "vitest";
import { readRepositoryFile } from "../support/repository.ts";

test("the page about confidence has the factors and limits of the code", () => {
  const code = readRepositoryFile("server/src/rules/confidence.ts");
  const page = readRepositoryFile("docs/confidence.md");
  const [, table = ""] = /const factors = \{([\s\S]*?)\};/.exec(code) ?? [];
  const used = [...table.matchAll(/(\w+): ([\d.]+)/g)].filter(([, name]) => code.includes(`factors.${name}`));
  const [, limits = ""] = /function classOf([\s\S]*?)\n\}/.exec(code) ?? [];
  const numbers = [
    ...used.map(([, , value]) => value),
    ...[...limits.matchAll(/>= ([\d.]+)/g)].map(([, value]) => value),
  ];
  expect(used.length).toBeGreaterThan(5);
  expect(numbers.filter((value) => !page.includes(` ${value} |`))).toEqual([]);
});

test("the page about the analysis has its limits", () => {
  const page = readRepositoryFile("docs/how-it-works.md");
  const limit = (file: string, name: string) =>
    new RegExp(`const ${name} = ([\\d_]+)`).exec(readRepositoryFile(`server/src/${file}.ts`))?.[1];
  expect(page).toContain(
    `| Calls inside each other | ${limit("interpret/language/functions", "maximumDepth")} |`,
  );
  expect(page).toContain(`to what is read | ${limit("interpret/rows/instances", "longestPath")} |`);
  expect(page).toContain(`| Containers inside each other | ${limit("queryset/join", "deepestContainer")} |`);
  expect(page).toContain(`one name may have | ${limit("queryset/join", "maximumAlternatives")} |`);
  const steps = limit("interpret/create-interpreter", "budgetPerRoot")?.replace("_", ",");
  expect(page).toContain(`| Steps for one function | ${steps} |`);
});
