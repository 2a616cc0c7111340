import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { inRepository, readRepositoryFile, repositoryFiles } from "../support/repository.ts";

const documents = repositoryFiles().filter(
  (file) => file.endsWith(".md") && !file.startsWith("test/mdtest/") && file !== "THIRD-PARTY-NOTICES.md",
);

test.each(documents)("links of %s lead somewhere", (document) => {
  const broken = linksOf(readRepositoryFile(document)).filter((link) => !resolves(document, link));
  expect(broken).toEqual([]);
});

/** Targets of Markdown links and pictures, without those in code and those to the web. */
function linksOf(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function resolves(document: string, link: string): boolean {
  const [target = "", anchor] = link.split("#");
  const file = target === "" ? document : path.posix.join(path.posix.dirname(document), decodeURI(target));
  if (!existsSync(inRepository(file))) return false;
  return anchor === undefined || anchorsOf(readRepositoryFile(file)).includes(anchor);
}

/** As GitHub and most renderers make them from headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\- ]/gu, "")
      .replaceAll(" ", "-"),
  );
}
