import { readFileSync } from "node:fs";
import { inRepository } from "../../support/repository.ts";

const axe = readFileSync(inRepository("node_modules/axe-core/axe.min.js"), "utf8");

/** What axe complains about in a page or a frame of it: the rule, how often, and the first place. */
export async function violationsIn(frame: {
  evaluate<Result>(script: string): Promise<Result>;
}): Promise<readonly string[]> {
  await frame.evaluate(axe);
  return frame.evaluate(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
      violations.map(({ id, nodes: [first], nodes }) =>
        id + ": " + nodes.length + " × " + first.html.slice(0, 200) + "\\n" + first.failureSummary))`,
  );
}
