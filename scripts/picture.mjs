/** Draws the README's picture, docs/check.svg: what `queryscope check` says about a view of the example project. */
import { writeFileSync } from "node:fs";
import { build } from "./build.mjs";
import { inRepository, Refusal, runMain, say } from "./support/repository.mjs";
import { run } from "./support/run.mjs";
import { terminalSvg } from "./support/terminal-svg.mjs";

const output = "docs/check.svg";
const columns = 120;
const command = ["check", "--select", "QS101,QS107", "projects/views.py"];
const hiddenOptions = ["--color", "always", "--exit-zero"];

await runMain(async () => {
  await build();
  const args = [inRepository("dist/cli.cjs"), ...command, ...hiddenOptions];
  const { status, output: shown } = await run(process.execPath, args, {
    cwd: inRepository("examples/tenantly"),
    env: { COLUMNS: String(columns) },
    output: "capture",
  });
  if (status !== 0) throw new Refusal(`queryscope ${command.join(" ")} failed:\n${shown}`);
  const title = "The findings of queryscope check in a terminal";
  writeFileSync(
    inRepository(output),
    terminalSvg(`$ queryscope ${command.join(" ")}\n${shown}`, { title, columns }),
  );
  say(`${output} written`);
});
