/** The packaged extension in the oldest VS Code that `engines` in package.json allows, through its programming interface. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { exampleProject } from "../oracle/example/runs.ts";
import { readRepositoryFile } from "../support/repository.ts";
import { editorFolder } from "./support/editor-tools.ts";
import { exampleSettings, inHostModule, testsInHost } from "./support/in-host.ts";
import { useInstalledExtension } from "./support/installed-extension.ts";
import { sessionOrSkip, useVsCode } from "./support/vscode-session.ts";

/** `1.93` of `^1.93.0`. */
const minor = (version: string): string | undefined => /\d+\.\d+/.exec(version)?.[0];

describe("the oldest VS Code", () => {
  const module = inHostModule("example");
  const extension = useInstalledExtension("oldest");
  const session = useVsCode({
    extension,
    project: exampleProject,
    inHost: module,
    settings: exampleSettings,
  });

  it("is the one that the manifest names", async ({ skip }) => {
    sessionOrSkip(session, skip);
    const product = JSON.parse(readFileSync(path.join(await editorFolder("oldest"), "product.json"), "utf8"));
    const { engines } = JSON.parse(readRepositoryFile("package.json"));
    expect(minor(product.version)).toBe(minor(engines.vscode));
  });

  testsInHost(session, module);
});
