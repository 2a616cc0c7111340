/** A selection saves the work of the rules that it leaves out, and changes nothing of what the others find. */
import { describe, expect, it } from "vitest";
import { neverCancelled } from "../../server/src/base/cancellation.ts";
import { nodeEnvironment } from "../../server/src/composition/node-environment.ts";
import { loadConfiguration } from "../../server/src/lint/configuration-loading.ts";
import { nodeFileSystem } from "../../server/src/platform/node-file-system.ts";
import type { Finding } from "../../server/src/rules/finding.ts";
import { folderWith } from "./support/command.ts";
import { shop } from "./support/shop.ts";

const node = nodeEnvironment(new URL("../../dist/", import.meta.url));

const shopWithCount = {
  ...shop,
  "orders/views.py": `${shop["orders/views.py"]}

def order_count(request):
    return JsonResponse({"orders": len(Order.objects.all())})
`,
};

/** What the analysis finds of itself, before any of it is left out of the report. */
async function analysed(
  folder: string,
  asks?: (rule: { code: string }) => boolean,
): Promise<readonly Finding[]> {
  const { configuration, pathPrefix } = loadConfiguration({
    root: folder,
    files: nodeFileSystem,
    rules: node.rules,
  });
  const workspace = await node.openWorkspace({ folder, configuration, pathPrefix, ...(asks && { asks }) });
  const { findings } = await workspace.analyze(neverCancelled);
  workspace.dispose();
  return findings;
}

describe("rules that are not asked", () => {
  it("find nothing, and those that are find the same", async () => {
    const folder = folderWith(shopWithCount);
    const all = await analysed(folder);
    expect(all.map(({ code }) => code)).toEqual(expect.arrayContaining(["QS101", "QS201"]));
    const ofShape = await analysed(folder, ({ code }) => code === "QS201");
    expect(ofShape).toEqual(all.filter(({ code }) => code === "QS101" || code === "QS201"));
  });

  it("are asked all the same about relations, whose findings several rules share", async () => {
    const found = await analysed(folderWith(shopWithCount), () => false);
    expect(found.map(({ code }) => code)).toEqual(["QS101"]);
  });
});
