/** Whether anybody is told how a product does: its errors, its times, its tasks. */
import type { DjangoProject } from "../../django/project.ts";
import { importOf, type Mention, settingsMention } from "./mentions.ts";

const monitors =
  /sentry_sdk|raven|elasticapm|newrelic|ddtrace|opentelemetry|rollbar|bugsnag|scout_apm|honeybadger|airbrake|pybrake|django_prometheus|prometheus_client|logfire|appsignal|applicationinsights|opencensus/;

const inSettings =
  /["'](?:elasticapm\.contrib\.django|scout_apm\.django|django_prometheus|ddtrace\.contrib\.django|raven\.contrib\.django\.raven_compat|rollbar\.contrib\.django)\b/;

/** The library that tells somebody of errors or times. */
export function monitorOf(project: DjangoProject): Mention | undefined {
  return importOf(project, monitors) ?? settingsMention(project, inSettings);
}

/** The tool that shows a developer which queries a page sends. */
export function profilerOf(project: DjangoProject): Mention | undefined {
  return (
    settingsMention(
      project,
      /["'](?:silk|debug_toolbar|pyinstrument\.middleware[\w.]*|django_querycount|nplusone[\w.]*)["']/,
    ) ?? importOf(project, /silk|debug_toolbar|nplusone|zen_queries|django_perf_rec/)
  );
}
