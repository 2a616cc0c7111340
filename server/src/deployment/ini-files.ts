/** Files of sections with keys and values: units of systemd, `pgbouncer.ini`, `uwsgi.ini`, supervisor's programs. */
import { parse } from "ini";
import type { Location } from "../base/text-range.ts";
import { baseName } from "../platform/paths.ts";
import { mapped, numberOf } from "./command-options.ts";
import {
  type DeployedFile,
  deployedVariables,
  lineAt,
  logicalLinesOf,
  processesOfLine,
} from "./deployed-file.ts";
import type { Deployment, OptionValue, PoolerSettings, Process, ServerSetting } from "./deployment.ts";

interface IniEntry extends ServerSetting {
  readonly section: string;
  readonly key: string;
}

/** Every entry with its line, also keys that are given several times; keys and sections as they are written. */
function iniEntries(file: DeployedFile): readonly IniEntry[] {
  let section = "";
  return logicalLinesOf(file.text).flatMap(({ text, start, end }) => {
    const named = /^\s*\[([^\]]+)\]/.exec(text)?.[1];
    if (named !== undefined) {
      section = named.trim();
      return [];
    }
    const [entry] = Object.entries(parse(text.trim()));
    if (entry === undefined || !text.includes("=")) return [];
    const [key, value] = entry;
    return [{ section, key: key.trim(), value: String(value), location: lineAt(file, start, end) }];
  });
}

function settingsOf(entries: readonly IniEntry[]): ReadonlyMap<string, ServerSetting> {
  return new Map(entries.map(({ key, value, location }) => [key.toLowerCase(), { value, location }]));
}

export function readPgbouncer(file: DeployedFile): PoolerSettings {
  const entries = iniEntries(file);
  const inSection = (name: string) => settingsOf(entries.filter(({ section }) => section === name));
  return {
    path: file.path,
    purpose: file.purpose,
    settings: inSection("pgbouncer"),
    databases: inSection("databases"),
  };
}

/** `ExecStart=` of a unit, and its `Environment=`. */
export function readSystemd(file: DeployedFile): Pick<Deployment, "processes" | "variables"> {
  const entries = iniEntries(file).filter(({ section }) => section === "Service");
  const variables = new Map<string, string>();
  for (const { key, value } of entries) {
    if (key !== "Environment") continue;
    for (const [, name, quoted, plain] of value.matchAll(/"?(\w+)=(?:([^"]*)"|(\S*))/g))
      if (name !== undefined) variables.set(name, quoted ?? plain ?? "");
  }
  const { path, purpose } = file;
  const processes = entries
    .filter(({ key }) => key === "ExecStart")
    .flatMap(({ value, location }) =>
      // Marks before the program say how systemd starts it.
      processesOfLine(value.replace(/^[-@:+!]+/, ""), { name: baseName(path), location, purpose, variables }),
    );
  // Units start anything; only those of the project are about its settings.
  return { processes, variables: processes.length > 0 ? deployedVariables(variables, purpose) : [] };
}

/** `[program:web]` with `command=` */
export function readSupervisor(file: DeployedFile): readonly Process[] {
  const entries = iniEntries(file);
  const entryOf = (section: string, key: string): IniEntry | undefined =>
    entries.find((entry) => entry.section === section && entry.key === key);
  return [...new Set(entries.map(({ section }) => section))].flatMap((section) => {
    const name = /^program:(.+)$/.exec(section)?.[1];
    const command = entryOf(section, "command");
    if (name === undefined || command === undefined) return [];
    const replicas = numberOf(entryOf(section, "numprocs")?.value ?? "1");
    return processesOfLine(command.value, {
      name,
      location: command.location,
      purpose: file.purpose,
      replicas,
    });
  });
}

/** `[uwsgi]` */
export function readUwsgi(file: DeployedFile): readonly Process[] {
  const entries = iniEntries(file).filter(({ section }) => section === "uwsgi");
  const settings = settingsOf(entries);
  const isDjango = ["module", "wsgi-file", "wsgi", "mount"].some((key) => settings.has(key));
  if (!isDjango) return [];
  const number = (...keys: readonly string[]): OptionValue<number> => {
    const value = keys.map((key) => settings.get(key)?.value).find((text) => text !== undefined);
    return value === undefined ? undefined : mapped({ value }, numberOf);
  };
  const usesGreenlets = ["gevent", "asyncio", "eventlet"].find((key) => settings.has(key));
  const { path, purpose } = file;
  return [
    {
      kind: "web",
      program: "uwsgi",
      name: baseName(path),
      location: placeOf(file, settings),
      purpose,
      replicas: 1,
      workers: number("processes", "workers", "cheaper-initial"),
      threads: number("threads"),
      workerClass: usesGreenlets === undefined ? undefined : { value: usesGreenlets },
      timeout: number("harakiri"),
      maxRequests: number("max-requests"),
      configuration: undefined,
      servesStaticFiles: ["static-map", "socket", "uwsgi-socket"].some((key) => settings.has(key)),
    },
  ];
}

function placeOf(file: DeployedFile, settings: ReadonlyMap<string, ServerSetting>): Location {
  const start = file.text.search(/^\s*\[uwsgi\]/m);
  return (
    settings.get("processes")?.location ??
    settings.get("workers")?.location ??
    lineAt(file, Math.max(start, 0), file.text.indexOf("\n", Math.max(start, 0)))
  );
}
