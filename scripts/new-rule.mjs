/** `npm run new-rule CODE NAME [GROUP]`: writes the parts of a new rule and registers it. CONTRIBUTING.md says what goes where. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inRepository, Refusal, runMain, say } from "./support/repository.mjs";

const rulesFolder = "server/src/rules";
const registry = `${rulesFolder}/registry.ts`;

await runMain(async () => {
  const [code = "", name = "", group = groupOf(code)] = process.argv.slice(2);
  if (!/^QS\d{3}$/.test(code) || !/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(name)) {
    throw new Refusal(
      "usage: npm run new-rule CODE NAME [GROUP], for example QS118 n-plus-one-permission-check",
    );
  }
  if (group === undefined) {
    throw new Refusal(
      `no rule starts with ${code.slice(0, 3)} yet: name the group's folder as third argument`,
    );
  }
  if (ruleFiles().some((file) => readFileSync(inRepository(file), "utf8").includes(`"${code}"`))) {
    throw new Refusal(`${code} is the code of another rule; numbers are never used again`);
  }
  const identifier = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  write(`${rulesFolder}/${group}/${name}.ts`, ruleSource(code, name, identifier));
  write(`docs/rules/${name}.md`, page(code, name));
  write(`test/mdtest/${name}.md`, specification(name));
  writeFileSync(
    inRepository(registry),
    registered(readFileSync(inRepository(registry), "utf8"), group, name, identifier),
  );
  say(`${registry}: registered last; move it where its code should win over others in one finding`);
});

/** The folder in which the rules of the code's family are. @param {string} code */
function groupOf(code) {
  const family = `code: "${code.slice(0, 3)}`;
  return ruleFiles()
    .find((file) => readFileSync(inRepository(file), "utf8").includes(family))
    ?.split("/")
    .at(-2);
}

function ruleFiles() {
  return readdirSync(inRepository(rulesFolder), { recursive: true, encoding: "utf8" })
    .map((file) => `${rulesFolder}/${file.replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(".ts"));
}

/** @param {string} path @param {string} text */
function write(path, text) {
  if (existsSync(inRepository(path))) throw new Refusal(`${path} exists already`);
  mkdirSync(dirname(inRepository(path)), { recursive: true });
  writeFileSync(inRepository(path), text);
  say(path);
}

/**
 * The registry with one more import, in alphabetical order, and one more entry.
 * @param {string} source
 * @param {string} group
 * @param {string} name
 * @param {string} identifier
 */
function registered(source, group, name, identifier) {
  const line = `import { ${identifier} } from "./${group}/${name}.ts";`;
  const lines = source.split("\n");
  const pathOf = (/** @type {string} */ text) => /from "(.+)"/.exec(text)?.[1] ?? "";
  const following = lines.findIndex((each) => each.startsWith("import ") && pathOf(each) > pathOf(line));
  lines.splice(following, 0, line);
  const end = lines.findLastIndex((each) => /\];$/.test(each));
  const closing = lines[end] ?? "";
  if (closing === "];") lines.splice(end, 0, `  ${identifier},`);
  else lines[end] = closing.replace(/\];$/, `, ${identifier}];`);
  return lines.join("\n");
}

/** @param {string} code @param {string} name @param {string} identifier */
function ruleSource(code, name, identifier) {
  return `import type { FactRule } from "../rule.ts";

export const ${identifier}: FactRule = {
  kind: "facts",
  code: "${code}",
  name: "${name}",
  summary: "",
  level: "warning",
  fix: "none",
  stage: 2,
  run: ({ facts }) => [],
};
`;
}

/** @param {string} code @param {string} name */
function page(code, name) {
  return `# ${name} (${code})

## What it does

## Why is this bad?

## Example

\`\`\`python
\`\`\`

## Use instead

\`\`\`python
\`\`\`

## Fix safety

## References
`;
}

/** @param {string} name */
function specification(name) {
  return `# ${name}

Project: tracker

## In a loop

\`projects/reports.py\`:

\`\`\`python
def report():  # queries: 1 + N
    ...
\`\`\`

No fix.

## Not: what must stay silent

\`projects/reports.py\`:

\`\`\`python
def report():  # queries: 1
    ...
\`\`\`
`;
}
