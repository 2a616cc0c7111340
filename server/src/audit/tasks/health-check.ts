/** How a load balancer learns which servers work. */
import { urlViews } from "../../django/url-configurations.ts";
import type { Product } from "../product.ts";
import { hasApp, setting } from "./settings.ts";
import type { JudgementEvidence } from "./task.ts";

/** django-health-check, django-alive, django-watchman */
const applications = /^(health_check|django_alive|watchman)(\.|$)/;

/** What the last part of such a path is called by those who run servers, of Kubernetes and of Mozilla. */
const names =
  /^_*(health|healthz|health[-_]?checks?|ping|pong|status|ready|readyz|readiness|live|livez|liveness|alive|up|(lb)?heartbeat)_*$/i;

export function healthCheck({ project: { program }, production }: Product): JudgementEvidence {
  if (production && hasApp(production, applications))
    return setting(production, "INSTALLED_APPS", "An application answers whether the server works");
  for (const { route, named } of urlViews(program)) {
    // With a parameter it is about one row: `orders/<int:pk>/status/`.
    if (route === undefined || /[<(]/.test(route) || !names.test(lastPart(route))) continue;
    const { urls, node } = named;
    return {
      text: `${lastPart(route)} answers whether the server works`,
      location: { path: urls.file.path, range: { start: node.start, end: node.end } },
    };
  }
  return { text: "No path such as health/ answers whether the server works", location: undefined };
}

/** `^api/health/?$` → `health` */
function lastPart(route: string): string {
  return (
    route
      .replace(/[\^$?]/g, "")
      .split("/")
      .findLast((part) => part !== "") ?? ""
  );
}
