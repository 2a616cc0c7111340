import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import AjvDraft04 from "ajv-draft-04";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { finding, place } from "../../../../test/support/fake-analysis.ts";
import { fakeReport, shopReport } from "../../../../test/support/fake-report.ts";
import { formatSarif } from "./sarif.ts";

const pages = {
  rulePage: (name: string) => (name === "n-plus-one-forward" ? "# n-plus-one-forward" : undefined),
  rulePageAddress: (name: string) => `https://example.org/rules/${name}.md`,
};

function schemaErrors(sarif: string): unknown {
  const ajv = new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(sarifSchema);
  validate(JSON.parse(sarif));
  return validate.errors ?? [];
}

describe("sarif", () => {
  it("follows the schema of SARIF 2.1.0", async () => {
    expect(schemaErrors(formatSarif(await shopReport(), pages))).toEqual([]);
    expect(schemaErrors(formatSarif(await fakeReport({}, []), pages))).toEqual([]);
  });

  it("has the rules that report, the evidence as a code flow, and the fixes", async () => {
    await expect(formatSarif(await shopReport(), pages)).toMatchFileSnapshot("./snapshots/sarif.txt");
  });

  it("writes paths as URIs", async () => {
    const files = { "a b/ü.py": "x" };
    const sarif = formatSarif(
      await fakeReport(files, [finding({ code: "QS101", at: place(files, "a b/ü.py", "x") })]),
      pages,
    );
    expect(sarif).toContain('"uri": "a%20b/%C3%BC.py"');
  });
});
