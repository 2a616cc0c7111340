import { describe, expect, it } from "vitest";
import { type ConfigurationSources, loadConfiguration, type TextReader } from "./configuration-loading.ts";
import { parseEditorConfiguration } from "./editor-configuration.ts";

function load(files: Readonly<Record<string, string>>, sources: Partial<ConfigurationSources> = {}) {
  const reader: TextReader = {
    readText(path) {
      const text = files[path];
      return text === undefined ? { kind: "missing" } : { kind: "text", text };
    },
  };
  return loadConfiguration({ root: "/repo/apps/api", files: reader, rules: [], ...sources });
}

describe("loadConfiguration", () => {
  it("takes the nearest file, upwards from the analysed folder", () => {
    const loaded = load({
      "/repo/apps/pyproject.toml": "[tool.queryscope]\nsmall-loop = 1",
      "/repo/pyproject.toml": "[tool.queryscope]\nsmall-loop = 2",
    });
    expect(loaded.configuration.smallLoop).toBe(1);
    expect(loaded.file?.path).toBe("/repo/apps/pyproject.toml");
    expect(loaded.pathPrefix).toBe("api");
  });

  it("prefers queryscope.toml in one folder and passes over a pyproject.toml that does not mention Queryscope", () => {
    const loaded = load({
      "/repo/apps/api/pyproject.toml": "[project]\nname = 'api'",
      "/repo/pyproject.toml": "[tool.queryscope]\nsmall-loop = 2",
      "/repo/queryscope.toml": "small-loop = 3",
    });
    expect(loaded.configuration.smallLoop).toBe(3);
    expect(loaded.pathPrefix).toBe("apps/api");
  });

  it("lets the command line win over the file, and the file over the editor", () => {
    const { configuration } = load(
      { "/repo/apps/api/queryscope.toml": 'small-loop = 2\nquery-budget = 20\nexclude = ["legacy"]' },
      {
        editor: { smallLoop: 7, queryBudget: 70, tenantField: "company" },
        commandLine: { smallLoop: 1 },
      },
    );
    expect(configuration).toMatchObject({
      smallLoop: 1,
      queryBudget: 20,
      tenantField: "company",
      exclude: ["legacy"],
    });
  });

  it("starts the choice of rules anew with a higher select, and adds a higher ignore to a lower one", () => {
    const files = { "/repo/apps/api/queryscope.toml": 'select = ["QS1"]\nignore = ["QS116"]' };
    expect(load(files, { commandLine: { ignore: ["QS101"] } }).configuration).toMatchObject({
      select: ["QS1"],
      ignore: ["QS116", "QS101"],
    });
    expect(load(files, { commandLine: { select: ["QS116"] } }).configuration).toMatchObject({
      select: ["QS116"],
      ignore: [],
    });
  });

  it("takes a named file instead, and says when it holds no configuration", () => {
    const files = {
      "/etc/strict.toml": "small-loop = 1",
      "/etc/pyproject.toml": "",
      "/repo/queryscope.toml": "=",
    };
    expect(load(files, { file: "/etc/strict.toml" })).toMatchObject({
      configuration: { smallLoop: 1 },
      problems: [],
    });
    expect(load(files, { file: "/etc/pyproject.toml" }).problems).toMatchObject([
      { path: "/etc/pyproject.toml", message: "has no table [tool.queryscope]" },
    ]);
  });
});

describe("parseEditorConfiguration", () => {
  it("reads settings in camel case and passes over those that only the editor knows", () => {
    const { layer, problems } = parseEditorConfiguration({
      smallLoop: 3,
      includeTests: null,
      trace: { server: "off" },
    });
    expect(layer).toEqual({ smallLoop: 3 });
    expect(problems).toEqual([]);
  });

  it("names a setting whose value does not fit and keeps the rest", () => {
    const { layer, problems } = parseEditorConfiguration({ smallLoop: "three", queryBudget: 4 });
    expect(layer).toEqual({ queryBudget: 4 });
    expect(problems).toEqual(["queryscope.smallLoop: Invalid input: expected number, received string"]);
  });
});
