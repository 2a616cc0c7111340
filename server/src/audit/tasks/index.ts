import { horizontalTasks } from "./horizontal.ts";
import { infrastructureTasks } from "./infrastructure.ts";
import { launchTasks } from "./launch.ts";
import { optimisationTasks } from "./optimisation.ts";
import type { AuditTask } from "./task.ts";

/** All tasks of the roadmap, stage by stage. */
export const auditTasks: readonly AuditTask[] = [
  ...launchTasks,
  ...optimisationTasks,
  ...infrastructureTasks,
  ...horizontalTasks,
];
