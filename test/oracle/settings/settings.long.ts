/**
 * The settings of real projects, evaluated and imported with the same environment. Needs their sources:
 *
 *   QUERYSCOPE_PROJECTS=/folder/with/projects npm run test:long settings
 *
 * A project that is not there is left out. The table is kept in test/bench/results/settings.md.
 */
import { cpSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeFileSystem } from "../../../server/src/platform/node-file-system.ts";
import { inRepository, readRepositoryFile } from "../../support/repository.ts";
import { type ComparedSetting, compareSettings, type Verdict } from "./compare-settings.ts";
import {
  evaluateInFolder,
  importFromFolder,
  type SettingsModule,
  settingsPython,
  type Told,
} from "./settings-of-folder.ts";

interface RealSettings extends SettingsModule {
  readonly project: string;
  /** Files that the settings read and that are not part of what was downloaded. */
  readonly files?: Readonly<Record<string, string>>;
}

const modules: readonly RealSettings[] = JSON.parse(
  readRepositoryFile("test/oracle/settings/real-projects.json"),
);
const folders = (process.env.QUERYSCOPE_PROJECTS ?? "").split(delimiter).filter((folder) => folder !== "");
const results: {
  readonly settings: RealSettings;
  readonly compared: readonly ComparedSetting[];
  /** Without what the import sees of the machine. */
  readonly fromSources: readonly ComparedSetting[];
}[] = [];

beforeAll(async () => {
  await settingsPython();
}, 600_000);

describe("settings of real projects", () => {
  for (const settings of modules) {
    const { project, module, environment } = settings;
    const source = folders.map((folder) => join(folder, project)).find((folder) => existsSync(folder));
    const name = `${project} ${module} ${Object.keys(environment).length > 0 ? JSON.stringify(environment) : ""}`;
    test.skipIf(source === undefined)(name, async () => {
      const copy = mkdtempSync(join(tmpdir(), "queryscope-settings-"));
      try {
        // Settings make folders and write keys.
        if (source !== undefined) cpSync(source, copy, { recursive: true, filter: isSmallSource });
        for (const [path, text] of Object.entries(settings.files ?? {}))
          writeFileSync(join(copy, path), text);
        const imported = await importFromFolder(copy, settings);
        const compare = async (told: Told): Promise<readonly ComparedSetting[]> =>
          compareSettings(await evaluateInFolder(nodeFileSystem, copy, settings, told), imported, copy);
        const [compared, fromSources] = [await compare("machine"), await compare("sources")];
        results.push({ settings, compared, fromSources });
        expect([...compared, ...fromSources].filter(({ verdict }) => verdict === "wrong")).toEqual([]);
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    });
  }
});

function isSmallSource(path: string): boolean {
  if (/\/(node_modules|\.git|static|locale)$/.test(path)) return false;
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats || stats.isDirectory()) return stats !== undefined;
  return /\.(py|json|toml|cfg|ya?ml|md|conf)$|\/METADATA$/.test(path) && stats.size < 300_000;
}

afterAll(() => {
  if (results.length === 0) return;
  const count = (compared: readonly ComparedSetting[], verdict: Verdict): number =>
    compared.filter((each) => each.verdict === verdict).length;
  const rows = results.map(({ settings: { project, module, environment }, compared, fromSources }) => [
    project,
    `\`${module}\``,
    String(Object.keys(environment).length),
    ...(["equal", "unknown", "wrong"] as const).map((verdict) => String(count(compared, verdict))),
    ...(["equal", "unknown", "wrong"] as const).map((verdict) => String(count(fromSources, verdict))),
    compared
      .filter(({ verdict }) => verdict !== "equal")
      .map(({ name }) => name)
      .join(", "),
  ]);
  const sum = (all: readonly ComparedSetting[]): string => {
    const part = (verdict: Verdict): number => count(all, verdict);
    const share = ((100 * part("equal")) / all.length).toFixed(1);
    return `${part("equal")} equal (${share} %), ${part("unknown")} unknown, ${part("wrong")} wrong`;
  };
  const all = results.flatMap(({ compared }) => compared);
  const text = `# Settings, evaluated and imported

What the evaluator says about the settings of real projects, against what importing the module gives with the same
environment: \`DATABASES\`, \`CACHES\`, sessions, \`STORAGES\` and \`MEDIA_…\`, \`EMAIL_BACKEND\`, \`CELERY_…\`,
\`INSTALLED_APPS\`, \`MIDDLEWARE\`. Made by \`test/oracle/settings/settings.long.ts\`; the environments are in
\`real-projects.json\` there. A setting that hangs on a library that is not installed is left out. *Unknown* means that the evaluator says so, or names
alternatives of which one is right.

${new Set(results.map(({ settings }) => settings.project)).size} projects, ${results.length} modules, ${all.length} settings.

- Told what the import sees of its machine (which libraries can be imported, that there are no plugins, which files
  exist): ${sum(all)}. That is the evaluator by itself.
- Told nothing but the variables and the files of the folder, as an analysis of the folder knows it, which is what the rules and the report get:
  ${sum(results.flatMap(({ fromSources }) => fromSources))}.

The columns marked * are the second. It counts settings, too, of which only the sources leave open whether they are set.

| Project | Module | Variables set | Equal | Unknown | Wrong | Equal* | Unknown* | Wrong* | Not equal |
|---|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}
`;
  const path = inRepository("test/bench/results/settings.md");
  if (existsSync(dirname(path))) writeFileSync(path, text);
});
