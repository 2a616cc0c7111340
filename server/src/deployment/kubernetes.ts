/** Manifests of Kubernetes: what their containers run. */
import { commandsOf, commandsOfWords } from "./command-words.ts";
import type { FileContents } from "./compose.ts";
import { type DeployedFile, processesOf } from "./deployed-file.ts";
import type { Process, Service } from "./deployment.ts";
import { imageKind, serverOptions } from "./images.ts";
import { readYaml } from "./yaml-files.ts";
import { type YamlNode, yamlEntry, yamlItems, yamlNumber, yamlRange, yamlText } from "./yaml-nodes.ts";

export function readKubernetes(file: DeployedFile): FileContents {
  if (!/^apiVersion\s*:/m.test(file.text)) return { processes: [], services: [], problems: [] };
  const { roots, problems } = readYaml(file);
  const processes: Process[] = [];
  const services: Service[] = [];
  for (const root of roots) {
    const spec = yamlEntry(root, "spec");
    const pods = yamlEntry(yamlEntry(yamlEntry(yamlEntry(spec, "jobTemplate"), "spec"), "template"), "spec");
    const pod = pods ?? yamlEntry(yamlEntry(spec, "template"), "spec") ?? spec;
    const replicas = yamlNumber(yamlEntry(spec, "replicas")) ?? 1;
    const owner = yamlText(yamlEntry(yamlEntry(root, "metadata"), "name"));
    for (const container of yamlItems(yamlEntry(pod, "containers"))) {
      readContainer(container, owner, replicas);
    }
  }
  return { processes, services, problems };

  function readContainer(container: YamlNode, owner: string | undefined, replicas: number): void {
    const name = owner ?? yamlText(yamlEntry(container, "name")) ?? "";
    const image = yamlText(yamlEntry(container, "image")) ?? "";
    const command = yamlEntry(container, "command");
    const written = command ?? yamlEntry(container, "args") ?? container;
    const range = yamlRange(written) ?? { start: 0, end: 0 };
    const { path, purpose } = file;
    const location = { path, range: firstLineOf(file.text, range) };
    const variables = environmentOf(container);
    const words = [command, yamlEntry(container, "args")]
      .flatMap((list) => yamlItems(list))
      .map((item) => yamlText(item) ?? "");
    const kind = imageKind(image);
    if (kind) {
      const options = serverOptions(words, variables);
      services.push({ name, kind, image, location, purpose, options, environment: variables });
      return;
    }
    // A list of one word is often a whole line.
    const [only, ...others] = words;
    const commands =
      only !== undefined && others.length === 0
        ? commandsOf(only, variables)
        : commandsOfWords(words, variables);
    const files = yamlItems(yamlEntry(container, "volumeMounts")).length > 0 ? "kept" : "lost";
    processes.push(...processesOf(commands, { name, location, purpose, replicas, variables, files }));
  }
}

function firstLineOf(text: string, { start, end }: { start: number; end: number }) {
  const lineEnd = text.indexOf("\n", start);
  return { start, end: lineEnd === -1 ? end : Math.min(end, lineEnd) };
}

function environmentOf(container: YamlNode): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const variable of yamlItems(yamlEntry(container, "env"))) {
    const name = yamlText(yamlEntry(variable, "name"));
    const value = yamlText(yamlEntry(variable, "value"));
    if (name !== undefined && value !== undefined) variables.set(name, value);
  }
  return variables;
}
