import { readFileSync } from "node:fs";
import { test } from "vitest";
import { inRepository, repositoryFiles } from "../support/repository.ts";
import { loadProject, loadSpecs, projectFiles } from "../support/spec-files.ts";
import { tryDamage } from "./damaged-project.ts";

const runs = Number(process.env.QUERYSCOPE_FUZZ_RUNS ?? 5000);

test("the example project", async ({ task }) => {
  const folder = "examples/tenantly/";
  const files = repositoryFiles()
    .filter((file) => file.startsWith(folder) && /\.(py|html)$/.test(file))
    .map((file) => [file.slice(folder.length), readFileSync(inRepository(file), "utf8")] as const);
  await tryDamage(new Map(files), runs);
  Object.assign(task.meta, { figures: { runs } });
});

test.each(loadSpecs().map((spec) => [spec.title, spec] as const))(
  "the specification of %s",
  async (_, spec) => {
    const [first] = spec.sections;
    const files = new Map([
      ...loadProject(spec.project ?? "tracker"),
      ...projectFiles(spec, first?.files ?? []),
    ]);
    await tryDamage(new Map([...files].filter(([file]) => /\.(py|html)$/.test(file))), Math.ceil(runs / 20));
  },
);
