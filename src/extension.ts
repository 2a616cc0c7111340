import { type ExtensionContext, window } from "vscode";
import { registerAudit } from "./audit-command.ts";
import { registerCommands } from "./commands.ts";
import { whenDjangoIsLikely } from "./django-detection.ts";
import { registerExplain } from "./explain-command.ts";
import { FindingsStatus } from "./findings-status.ts";
import { registerProjectCommands } from "./project-commands.ts";
import { ProjectView } from "./project-view.ts";
import { ServerController } from "./server-controller.ts";
import { ServerStatusItem } from "./server-status-item.ts";

let server: ServerController | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("Queryscope", { log: true });
  const status = new ServerStatusItem();
  const controller = new ServerController(context.asAbsolutePath("dist/server.cjs"), log, status);
  server = controller;
  context.subscriptions.push(log, status, new FindingsStatus(), ...registerCommands(controller, log));
  context.subscriptions.push(...registerExplain(context, controller, log));
  context.subscriptions.push(...registerAudit(context, controller));
  const project = new ProjectView(controller);
  context.subscriptions.push(
    project,
    controller.onDidAnalyse(() => project.refresh()),
  );
  context.subscriptions.push(...registerProjectCommands(project, controller));
  context.subscriptions.push(await whenDjangoIsLikely(() => controller.start(), log));
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
