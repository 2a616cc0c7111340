/** `docker-compose.yml` */
import { commandsOf, commandsOfWords, type Word } from "./command-words.ts";
import { type DeployedFile, deployedVariables, processesOf } from "./deployed-file.ts";
import type { DeployedVariable, DeploymentProblem, Process, Purpose, Service } from "./deployment.ts";
import { isNamedForDevelopment } from "./deployment-paths.ts";
import { imageKind, serverOptions } from "./images.ts";
import { readYaml } from "./yaml-files.ts";
import {
  type YamlNode,
  yamlEntries,
  yamlEntry,
  yamlItems,
  yamlNumber,
  yamlRange,
  yamlText,
} from "./yaml-nodes.ts";

export interface FileContents {
  readonly processes: readonly Process[];
  readonly services: readonly Service[];
  readonly variables: readonly DeployedVariable[];
  readonly problems: readonly DeploymentProblem[];
}

export function readCompose(file: DeployedFile): FileContents {
  const { roots, problems } = readYaml(file);
  const services = roots.flatMap((root) => yamlEntries(yamlEntry(root, "services")));
  const processes: Process[] = [];
  const known: Service[] = [];
  const given: DeployedVariable[] = [];
  for (const { key: name, keyRange, value: service } of services) {
    const purpose = purposeOfService(file.purpose, service);
    const variables = environmentOf(yamlEntry(service, "environment"));
    const place = keyRange ?? { start: 0, end: 0 };
    const image = yamlText(yamlEntry(service, "image"));
    const command = yamlEntry(service, "command");
    const written = command ?? yamlEntry(service, "entrypoint");
    const kind = image === undefined ? undefined : imageKind(image);
    if (kind && image !== undefined) {
      const options = serverOptions(textOrTexts(command), variables);
      const location = { path: file.path, range: place };
      known.push({ name, kind, image, location, purpose, options, environment: variables });
      continue;
    }
    given.push(...deployedVariables(variables, purpose));
    const range = (written && yamlRange(written)) ?? place;
    const start = {
      name,
      location: { path: file.path, range },
      purpose,
      replicas: replicasOf(service),
      variables,
      files: yamlItems(yamlEntry(service, "volumes")).length > 0 ? ("kept" as const) : ("lost" as const),
    };
    processes.push(...processesOf(commandsOfService(service, variables), start));
  }
  return { processes, services: known, variables: given, problems };
}

/** Lists are one command, the words of the entry point first. */
function commandsOfService(
  service: YamlNode,
  variables: ReadonlyMap<string, string>,
): readonly (readonly Word[])[] {
  const parts = ["entrypoint", "command"].map((key) => textOrTexts(yamlEntry(service, key)) ?? []);
  const words = parts.flatMap((part) => (typeof part === "string" ? [] : part));
  return [
    ...(words.length > 0 ? commandsOfWords(words, variables) : []),
    ...parts.flatMap((part) => (typeof part === "string" ? commandsOf(part, variables) : [])),
  ];
}

function textOrTexts(node: YamlNode | undefined): string | readonly string[] | undefined {
  const items = yamlItems(node);
  return items.length > 0 ? items.map((item) => yamlText(item) ?? "") : yamlText(node);
}

/** `NAME: value`, or a list of `NAME=value`; a name alone is handed on, and its text is not known. */
function environmentOf(node: YamlNode | undefined): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const { key, value } of yamlEntries(node)) variables.set(key, yamlText(value) ?? "");
  for (const item of yamlItems(node)) {
    const [, name, value = ""] = /^(\w+)(?:=(.*))?$/s.exec(yamlText(item) ?? "") ?? [];
    if (name !== undefined) variables.set(name, value);
  }
  return variables;
}

/** A folder of the machine in the place of the code, or a profile of its own: nobody runs servers so. */
function purposeOfService(purpose: Purpose, service: YamlNode): Purpose {
  if (purpose === "production") return purpose;
  const mountsCode = yamlItems(yamlEntry(service, "volumes")).some((volume) => {
    const source = yamlText(volume)?.split(":")[0] ?? yamlText(yamlEntry(volume, "source")) ?? "";
    return /^(\.{1,2}|\$\{?PWD\}?)(\/(src|app|backend|server|code|web|api)?)?\/?$/.test(source);
  });
  const profiles = yamlItems(yamlEntry(service, "profiles")).map((profile) => yamlText(profile) ?? "");
  const target = yamlText(yamlEntry(yamlEntry(service, "build"), "target")) ?? "";
  const isForDevelopment = profiles.some(isNamedForDevelopment) || isNamedForDevelopment(target);
  return mountsCode || isForDevelopment ? "development" : purpose;
}

function replicasOf(service: YamlNode): number {
  return (
    yamlNumber(yamlEntry(yamlEntry(service, "deploy"), "replicas")) ??
    yamlNumber(yamlEntry(service, "scale")) ??
    1
  );
}
