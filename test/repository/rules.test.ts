/** Each rule has its page and its specification, and there is nothing left of rules that are gone. */
import path from "node:path";
import { describe, expect, test } from "vitest";
import { suppressionRules } from "../../server/src/lint/suppression-rules.ts";
import { rules } from "../../server/src/rules/registry.ts";
import { fixedFiles, type SpecFile } from "../support/markdown-spec.ts";
import { readRepositoryFile, repositoryFiles } from "../support/repository.ts";
import { loadSpecs } from "../support/spec-files.ts";

const files = repositoryFiles();
const specs = loadSpecs();
const namesIn = (folder: string) =>
  files
    .filter((file) => path.posix.dirname(file) === folder && file.endsWith(".md"))
    .map((file) => path.posix.basename(file, ".md"))
    .filter((name) => name !== "README");

const requiredHeadings = [
  "What it does",
  "Why is this bad?",
  "Example",
  "Use instead",
  "Fix safety",
  "References",
];
const headings = [...requiredHeadings.slice(0, -1), "Options", "References"];

const allRules = [...rules, ...suppressionRules];

describe.each(allRules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  test("has a summary of one sentence without a full stop", () => {
    expect(rule.summary).toMatch(/^(?:[A-Z]|[a-z_]+\(\)).{10,100}[^.]$/);
  });

  test("has a page with the headings of every page", () => {
    const page = readRepositoryFile(`docs/rules/${name}.md`);
    expect(page).toMatch(new RegExp(`^# ${name} \\(${rule.code}\\)\n`));
    const used = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(used).toEqual(headings.filter((heading) => heading !== "Options" || used.includes("Options")));
  });
});

describe.each(rules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  test("is declared in a file of its name", () => {
    const source = files.find((file) => file.endsWith(`/${name}.ts`));
    expect(source).toMatch(/^server\/src\/rules\/[a-z-]+\/[a-z0-9-]+\.ts$/);
    expect(readRepositoryFile(source ?? "")).toContain(`"${rule.code}"`);
  });

  test("has a specification that says what fires and what must not", () => {
    const specification = readRepositoryFile(`test/mdtest/${name}.md`);
    expect(specification).toMatch(new RegExp(`^# ${name}\n`));
    expect(specification).toContain(`# error: [${name}]`);
    expect(specification).toMatch(/^##+ Not\b/m);
  });
});

/** Their fixes change what queries are sent, and nothing else; those of other rules have tests of their own kinds. */
const measurable = rules.filter(
  ({ code, fix }) => /^QS[1-4679]/.test(code) && (fix === "safe" || fix === "unsafe"),
);

describe.each(measurable.map(({ name }) => name))("the fix of %s", (name) => {
  test("is executed under real Django, in code that does not ask for it again", () => {
    const executed = sections.filter((section) =>
      section.fixes.some((variant) => {
        const fixed = fixedFiles(section, variant);
        const isMeasured = [section.files, fixed].every((all) =>
          all.some(({ measures }) => measures.length > 0),
        );
        return isMeasured && fixableIn(fixed, name) < fixableIn(section.files, name);
      }),
    );
    expect(executed).not.toEqual([]);
  });
});

const sections = specs.flatMap(({ sections: all }) => all);

/** How many findings of the rule the files state, without those that have no fix. */
function fixableIn(all: readonly SpecFile[], name: string): number {
  const stated = all.flatMap(({ errors }) => errors).filter(({ rule }) => rule === name);
  return stated.filter(({ properties }) => properties.get("fix") !== "none").length;
}

test("codes and names are used once", () => {
  expect(new Set(allRules.map(({ code }) => code)).size).toBe(allRules.length);
  expect(new Set(allRules.map(({ name }) => name)).size).toBe(allRules.length);
});

test.each(["docs/rules", "test/mdtest"])("%s has nothing of a rule that does not exist", (folder) => {
  const known = allRules.map(({ name }) => name);
  expect(namesIn(folder).filter((name) => !known.includes(name))).toEqual([]);
});
