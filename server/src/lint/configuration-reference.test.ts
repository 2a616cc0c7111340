import { Ajv } from "ajv";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import {
  camelCase,
  configurationKeys,
  defaultConfiguration,
  kebabCase,
  mergeLayers,
} from "./configuration.ts";
import { parseConfigurationFile } from "./configuration-file.ts";
import {
  configurationJsonSchema,
  configurationPage,
  editorSettings,
  projectFileJsonSchema,
} from "./configuration-reference.ts";
import { parseEditorConfiguration } from "./editor-configuration.ts";

describe("what is generated from the configuration schema", () => {
  it("has a setting of the editor for every key, in camel case", () => {
    expect(Object.keys(editorSettings())).toEqual(
      configurationKeys.map((key) => `queryscope.${camelCase(key)}`),
    );
    expect(configurationKeys.map((key) => kebabCase(camelCase(key)))).toEqual(configurationKeys);
    expect(editorSettings()["queryscope.smallLoop"]).toEqual({
      order: configurationKeys.indexOf("small-loop"),
      scope: "resource",
      type: "integer",
      minimum: 1,
      default: 5,
      markdownDescription: "Queries in a loop over at most this many rows are reported as a hint.",
    });
  });

  it("gives every setting of the editor a default that reads as not set, or as the key's own", () => {
    const defaults = Object.entries(editorSettings()).map(([name, setting]) => [
      name.replace("queryscope.", ""),
      "default" in setting ? setting.default : undefined,
    ]);
    const { layer, problems } = parseEditorConfiguration(Object.fromEntries(defaults));
    expect(problems).toEqual([]);
    expect(mergeLayers([layer])).toEqual(defaultConfiguration);
  });

  it("has a JSON schema that accepts and rejects what the reader does", () => {
    const validate = new Ajv({ strict: false }).compile(configurationJsonSchema());
    expect(validate(parse('select = ["QS1"]\n[per-file-ignores]\n"a.py" = ["QS101"]'))).toBe(true);
    expect(validate(parse('selekt = ["QS1"]'))).toBe(false);
    expect(validate(parse("small-loop = 0"))).toBe(false);
    expect(validate(parse('currency = "euro"'))).toBe(false);
  });

  it("has a schema of pyproject.toml that looks at its own table alone", () => {
    const validate = new Ajv({ strict: false }).compile(projectFileJsonSchema());
    expect(validate(parse('[tool.queryscope]\nselect = ["QS1"]\n[tool.ruff]\nselekt = 1'))).toBe(true);
    expect(validate(parse('[project]\nname = "shop"'))).toBe(true);
    expect(validate(parse('[tool.queryscope]\nselekt = ["QS1"]'))).toBe(false);
  });

  it("has a page whose examples are valid configurations", () => {
    const rules = [
      { code: "QS116", name: "fk-id-via-instance" },
      { code: "QS120", name: "select-related-bare" },
      { code: "QS301", name: "create-in-loop" },
    ] as const;
    const examples = [...configurationPage().matchAll(/```toml\n(.*?)```/gs)].map(([, toml = ""]) => toml);
    expect(examples.length).toBeGreaterThan(10);
    for (const example of examples) {
      expect(parseConfigurationFile("pyproject.toml", example, rules)?.problems).toEqual([]);
    }
  });
});
