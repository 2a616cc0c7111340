import { existsSync, readdirSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { configurationFileName, projectFileName } from "../../server/src/lint/configuration-file.ts";
import { inRepository, readRepositoryFile } from "../support/repository.ts";

interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly icon: string;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, object>> }[];
    readonly tomlValidation: readonly { readonly fileMatch: string; readonly url: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: { readonly markdown: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
}

const text = readRepositoryFile("package.json");
const manifest: Manifest = JSON.parse(text);
const settings = manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties));

describe("the extension's manifest", () => {
  it("has a text for every placeholder, and no other", () => {
    const placeholders = [...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
    const texts = Object.keys(JSON.parse(readRepositoryFile("package.nls.json")));
    expect(texts.sort()).toEqual([...new Set(placeholders)].sort());
  });

  it("contributes the commands that the client registers", () => {
    const commands = manifest.contributes.commands.map(({ command }) => command);
    const sources = readdirSync(inRepository("src"))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readRepositoryFile(`src/${name}`));
    const registered = sources.flatMap((source) => [...source.matchAll(/registerCommand\(\s*"([\w.]+)"/g)]);
    expect(commands.sort()).toEqual(registered.map(([, command]) => command).sort());
    expect(manifest.contributes.commands.every(({ category }) => category === "Queryscope")).toBe(true);
  });

  it("describes the programming interface of the oldest VS Code that it allows", () => {
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies["@types/vscode"]}`);
  });

  it("restricts only settings that exist", () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(settings).toEqual(expect.arrayContaining([...restrictedConfigurations]));
  });

  it("names a schema of each configuration file as extensions for TOML want it: by an absolute address", () => {
    const published = "https://raw.githubusercontent.com/queryscope/queryscope/main/";
    const { tomlValidation } = manifest.contributes;
    expect(tomlValidation.map(({ fileMatch }) => fileMatch)).toEqual([
      configurationFileName,
      projectFileName,
    ]);
    for (const { url } of tomlValidation) {
      expect(url.startsWith(published)).toBe(true);
      expect(existsSync(inRepository(url.slice(published.length)))).toBe(true);
    }
  });

  it("has walkthroughs whose texts exist and whose commands are there", () => {
    const commands = new Set(manifest.contributes.commands.map(({ command }) => command));
    const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    expect(steps).toHaveLength(5);
    for (const { media, completionEvents } of steps) {
      expect(existsSync(inRepository(media.markdown))).toBe(true);
      const own = completionEvents.flatMap((event) => event.match(/^onCommand:(queryscope\..*)$/)?.[1] ?? []);
      expect(own.filter((command) => !commands.has(command))).toEqual([]);
    }
  });
});

describe("the packaged extension", () => {
  it("holds only what is named, and what is named exists", () => {
    const [first, ...patterns] = readRepositoryFile(".vscodeignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(first).toBe("**");
    expect(patterns.every((pattern) => pattern.startsWith("!"))).toBe(true);
    const sources = patterns
      .map((pattern) => pattern.slice(1))
      .filter((pattern) => !pattern.startsWith("dist/") && !pattern.includes("*"));
    expect(sources.filter((path) => !existsSync(inRepository(path)))).toEqual([]);
    expect(sources).toContain(manifest.icon);
  });

  it("has pictures that are quick to load", () => {
    const pictures = readdirSync(inRepository("media/walkthrough")).filter((name) => name.endsWith(".png"));
    expect(pictures).not.toEqual([]);
    for (const name of pictures)
      expect(statSync(inRepository(`media/walkthrough/${name}`)).size).toBeLessThanOrEqual(150_000);
  });
});
