import type { FactRule } from "../rule.ts";
import { deployedProcesses } from "./deployed.ts";
import { monitorOf, profilerOf } from "./monitoring.ts";
import { productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const noProfilingOrMonitoring: FactRule = {
  kind: "facts",
  code: "QS857",
  name: "no-profiling-or-monitoring",
  summary: "Nobody is told of errors and slow pages in production",
  level: "hint",
  fix: "none",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production || monitorOf(context.project)) return [];
    const isWrapped =
      context.deployment.services.some(({ kind }) => kind === "monitor") ||
      deployedProcesses(context, "monitor").length > 0;
    if (isWrapped || agents.some((name) => context.project.libraries.has(name))) return [];
    const profiles = profilerOf(context.project) !== undefined;
    return [
      settingFinding(noProfilingOrMonitoring, production, {
        message: `Neither Sentry nor another monitor is set up${profiles ? "" : ", and no profiler for developers either"}: which pages fail or are slow, users find out first.`,
        help: `Set up sentry_sdk with traces_sample_rate=0.1, or OpenTelemetry${profiles ? "" : ", and django-debug-toolbar or django-silk where DEBUG is on"}.`,
        location: settingPlace(production, "INSTALLED_APPS"),
        confidence: "medium",
      }),
    ];
  },
};

/** Distributions whose command is wrapped around the server's, without a word in the code. */
const agents = [
  "sentry-sdk",
  "ddtrace",
  "newrelic",
  "elastic-apm",
  "opentelemetry-distro",
  "opentelemetry-instrumentation",
  "splunk-opentelemetry",
];
