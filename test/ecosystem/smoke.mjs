/**
 * Checks real projects in pinned versions: all must finish, with findings and without a failure of Queryscope itself.
 *
 *   node test/ecosystem/smoke.mjs
 */
import { build } from "../../scripts/build.mjs";
import { runMain } from "../../scripts/support/repository.mjs";
import { downloadProjects } from "./support/download-projects.mjs";
import { smokeCheck } from "./support/smoke-check.mjs";

await runMain(async () => {
  await build();
  let failed = 0;
  for (const { name, version, folder } of await downloadProjects()) {
    const { files, findings, complaints } = smokeCheck(folder);
    if (complaints.length > 0) failed += 1;
    console.log(
      `${complaints.length === 0 ? "ok" : "FAILED"} ${name} ${version}: ${findings} findings in ${files} files`,
    );
    for (const complaint of complaints) console.log(`  ${complaint}`);
  }
  return failed === 0 ? 0 : 1;
});
