/** `npm start [-- PATH …]`: from a fresh clone to the findings of the example project, or of any project. */
import { relative } from "node:path";
import { ensurePackages } from "./support/packages.mjs";
import { inRepository, runMain, say } from "./support/repository.mjs";
import { run } from "./support/run.mjs";

const findingsExist = 1;

await runMain(async () => {
  await ensurePackages();
  const { build } = await import("./build.mjs");
  await build();

  const given = process.argv.slice(2);
  // npm runs scripts in the repository, whereas PATH is meant from where the user stands.
  const cwd = (process.env.npm_lifecycle_event === "start" && process.env.INIT_CWD) || process.cwd();
  const args = ["check", ...(given.length > 0 ? given : [relative(cwd, inRepository("examples/tenantly"))])];
  say(`queryscope ${args.join(" ")}`);
  const { status } = await run(process.execPath, [inRepository("dist/cli.cjs"), ...args], { cwd });
  // Findings are what this was started for, and npm would report them as its own failure.
  return status === findingsExist ? 0 : status;
});
