/** Holds the facts about Django's own applications against Django; `library-facts.long.ts` does so for packages. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { djangoPython, runScript, skipIfUnavailable } from "../../support/django-environment.ts";
import { completeDescription, type Described, describeFacts } from "./compare-library-facts.ts";
import { djangoContrib } from "./packages.ts";

const script = fileURLToPath(new URL("./describe_library.py", import.meta.url));

for (const version of ["4.2", "5.2"] as const) {
  test(`the models of django.contrib are described as they are in Django ${version}`, async ({ skip }) => {
    const python = await djangoPython(version).catch((error: unknown) => skipIfUnavailable(error, skip));
    const { models } = (await runScript(python, [script], djangoContrib)) as { models: Described };
    const facts = describeFacts(djangoContrib.packages);
    expect(facts).toEqual(completeDescription(models, Object.keys(facts)));
  });
}
