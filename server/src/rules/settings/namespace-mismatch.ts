import { oldSettingNames } from "../../django/celery-setting-names.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { type SettingsReading, settingsReadings } from "./celery-namespace.ts";
import { type ProductionSettings, productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { nameIsRead } from "./setting-reads.ts";

export const namespaceMismatch: FactRule = {
  kind: "facts",
  code: "QS874",
  name: "namespace-mismatch",
  summary: "A setting is meant for Celery, which does not read it under this name",
  level: "error",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const readings = production && settingsReadings(production.project.program);
    const [reading, ...others] = readings ?? [];
    if (!production || !reading || others.some(({ namespace }) => namespace !== reading.namespace)) return [];
    return production.settings.names().flatMap((name) => {
      if (isRead(name, reading.namespace)) return [];
      const found =
        reading.namespace === undefined
          ? withoutNamespace(production, name, reading)
          : underOtherName(production, name, reading.namespace);
      // Who reads a name is searched for in all files: only where there is something to say.
      return found.length > 0 && nameIsRead(context, name) ? [] : found;
    });
  },
};

const oldNames: ReadonlySet<string> = new Set(oldSettingNames.values());

function isRead(name: string, namespace: string | undefined): boolean {
  if (oldNames.has(name)) return true;
  return namespace !== undefined && isOfNamespace(name, namespace);
}

function isOfNamespace(name: string, namespace: string): boolean {
  const prefix = `${namespace}_`;
  return name.startsWith(prefix) && oldSettingNames.has(name.slice(prefix.length).toLowerCase());
}

/** `CELERY_TASK_TIME_LIMIT`, where Celery was told of no namespace. */
function withoutNamespace(
  production: ProductionSettings,
  name: string,
  { module, call }: SettingsReading,
): readonly Finding[] {
  if (!isOfNamespace(name, "CELERY")) return [];
  const last = [...call.arguments, ...call.keywords].at(-1);
  const fixes: readonly Fix[] =
    last && module.firstParty
      ? [
          {
            title: 'Add namespace="CELERY"',
            safety: "unsafe",
            preferred: true,
            edits: [
              {
                path: module.file.path,
                range: { start: last.end, end: last.end },
                newText: ', namespace="CELERY"',
              },
            ],
          },
        ]
      : [];
  return [
    settingFinding(namespaceMismatch, production, {
      message: `Celery does not read ${name}: config_from_object() names no namespace, and without one only the old names count.`,
      help: 'Pass namespace="CELERY"; the old names are still read then.',
      location: settingPlace(production, name),
      subject: name,
      evidence: [
        {
          message: "Celery is told where its settings are",
          location: { path: module.file.path, range: { start: call.start, end: call.end } },
        },
      ],
      fixes,
    }),
  ];
}

const groups = ["task", "worker", "beat", "broker", "result", "event"];

/** `CELERY_CONCURRENCY` is neither the new name, `CELERY_WORKER_CONCURRENCY`, nor the old one. */
function underOtherName(production: ProductionSettings, name: string, namespace: string): readonly Finding[] {
  const known = [
    `${namespace}_CELERYD_`,
    `${namespace}_CELERYBEAT_`,
    "CELERYBEAT_",
    "CELERYD_",
    `${namespace}_`,
  ];
  const prefix = known.find((each) => name.startsWith(each));
  if (prefix === undefined) return [];
  const rest = name.slice(prefix.length).toLowerCase();
  const old = [...oldSettingNames].filter(
    ([, each]) => each.toLowerCase() === rest || name === `${namespace}_${each}`,
  );
  const meant = [
    ...new Set([
      ...groups.map((group) => `${group}_${rest}`).filter((each) => oldSettingNames.has(each)),
      ...(oldSettingNames.has(rest) ? [rest] : []),
      ...old.map(([each]) => each),
    ]),
  ];
  const [setting, ...more] = meant;
  if (setting === undefined || more.length > 0) return [];
  const right = `${namespace}_${setting.toUpperCase()}`;
  return [
    settingFinding(namespaceMismatch, production, {
      message: `Celery does not read ${name}: the setting is called ${right}.`,
      help: `Rename it to ${right}, and look whether the value is still meant: it had no effect.`,
      location: settingPlace(production, name),
      subject: name,
      fixes: production.settings.names().includes(right) ? [] : renameFix(production, name, right),
    }),
  ];
}

function renameFix({ settings }: ProductionSettings, name: string, right: string): readonly Fix[] {
  const place = settings.place(name);
  if (!place?.module.firstParty) return [];
  const { path, text } = place.module.file;
  const { start } = place.node;
  const end = start + name.length;
  if (text.slice(start, end) !== name) return [];
  return [
    {
      title: `Rename it to ${right}`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path, range: { start, end }, newText: right }],
    },
  ];
}
