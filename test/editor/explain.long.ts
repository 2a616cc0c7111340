/** *Explain Queryset* in a real VS Code and browser, with a real interpreter and server. */
import { afterAll, describe } from "vitest";
import { shopRoot } from "../explain/shop-compiler.ts";
import { djangoPython } from "../support/django-environment.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { useInstalledExtension } from "./support/installed-extension.ts";
import { lineOf } from "./support/places.ts";
import { stepsIn, useVsCode } from "./support/vscode-session.ts";
import { clickUntil } from "./support/workbench.ts";

const views = "store/views.py";

describe("a connection of one's own", () => {
  let server: PostgresServer | undefined;
  const session = useVsCode({
    extension: useInstalledExtension(),
    project: shopRoot,
    settings: async () => {
      server = await startPostgres();
      await server.run(`
        CREATE TABLE store_tag (id bigint PRIMARY KEY, label varchar(50));
        CREATE TABLE store_product_tags (id bigint PRIMARY KEY, product_id bigint, tag_id bigint);
        ANALYZE`);
      const { host, port, database, user } = server;
      return {
        "queryscope.explain.python": await djangoPython("5.2"),
        "queryscope.explain.connections": [{ name: "local", host, port, database, user }],
      };
    },
  });
  afterAll(() => server?.stop());
  const step = stepsIn(session);

  step("asks for connection and password, and shows SQL and plan", async (current) => {
    const { url, workspace, workbench, page, read } = current;
    await workbench.goto(url, workspace);
    await workbench.open(views);
    await workbench.line("from typing").waitFor();
    await workbench.goTo(lineOf(read(views), "T.objects"));
    await workbench.runAsking("Queryscope: Explain Queryset", "local");
    await page.locator(".quick-input-widget input[type=password]").fill(server?.password ?? "");
    await page.keyboard.press("Enter");
    await workbench.line("Plan, estimated by PostgreSQL").waitFor();
    await workbench.line("HAVING COUNT").waitFor();
  });

  step(
    "runs the query after a warning, without asking for the password again",
    async ({ workbench, page }) => {
      const tab = page.locator(".tab", { hasText: "views.py" }).first();
      // Beside it, in a group of its own, is the plan.
      await clickUntil(tab, page.locator('.monaco-editor.focused[data-uri$="views.py"]').first());
      await workbench.run("Queryscope: Explain Queryset by Running It");
      await page
        .locator(".monaco-dialog-box", { hasText: `postgres at 127.0.0.1:${server?.port}` })
        .waitFor();
      const button = workbench.button("Run the Query");
      await clickUntil(button, button, "hidden");
      await workbench.line("Execution time").waitFor();
    },
  );

  step("has the rows of its tables counted for advice about indexes", async ({ workbench, page }) => {
    await workbench.runAsking("Queryscope: Use Row Counts of a Database", "local");
    await page
      .locator(".notification-list-item-message", { hasText: "goes by the rows of 2 tables of local." })
      .first()
      .waitFor();
  });
});
