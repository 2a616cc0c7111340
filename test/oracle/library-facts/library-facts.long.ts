/** Holds the facts about packages against the packages, which takes an environment with all of them. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkedVersions } from "../../../server/src/django/library-facts/checked-versions.ts";
import { pythonWith, runScript, skipIfUnavailable } from "../../support/django-environment.ts";
import { completeDescription, type Described, describeFacts } from "./compare-library-facts.ts";
import { packageGroups } from "./packages.ts";

const script = fileURLToPath(new URL("./describe_library.py", import.meta.url));
const requirements = readFileSync(new URL("./requirements.txt", import.meta.url), "utf8")
  .trim()
  .split("\n");

/** Columns that a metaclass adds to each concrete model, and columns that depend on the database. */
const notComparable = ["mptt.models.MPTTModel", "wagtail.search.models.IndexEntry"];

for (const group of packageGroups) {
  const [first = "", ...others] = group.packages;
  const name = others.length > 0 ? `${first} and ${others.length} others` : first;
  test(`the models of ${name} are described as they are`, { timeout: 20 * 60_000 }, async ({ skip }) => {
    const python = await pythonWith("library-facts", requirements).catch((error: unknown) =>
      skipIfUnavailable(error, skip),
    );
    const answer = (await runScript(python, [script], group)) as {
      models: Described;
      versions: Record<string, string>;
    };
    const facts = describeFacts(group.packages);
    for (const path of notComparable) delete (facts as Record<string, unknown>)[path];
    expect(facts).toEqual(completeDescription(answer.models, Object.keys(facts)));
    expect(checkedVersions).toMatchObject(answer.versions);
  });
}
