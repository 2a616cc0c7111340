/** Manifests of Kubernetes: what their containers run. */
import { commandsOf, commandsOfWords } from "./command-words.ts";
import type { FileContents } from "./compose.ts";
import { type DeployedFile, deployedVariables, processesOf } from "./deployed-file.ts";
import type { DeployedVariable, Process, Purpose, Service } from "./deployment.ts";
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

export function readKubernetes(file: DeployedFile): FileContents {
  if (!/^apiVersion\s*:/m.test(file.text))
    return { processes: [], services: [], variables: [], problems: [] };
  const { roots, problems } = readYaml(file);
  const processes: Process[] = [];
  const services: Service[] = [];
  const given: DeployedVariable[] = [];
  for (const root of roots) {
    given.push(...deployedVariables(configMap(root), file.purpose));
    const spec = yamlEntry(root, "spec");
    const pods = yamlEntry(yamlEntry(yamlEntry(yamlEntry(spec, "jobTemplate"), "spec"), "template"), "spec");
    const pod = pods ?? yamlEntry(yamlEntry(spec, "template"), "spec") ?? spec;
    const replicas = yamlNumber(yamlEntry(spec, "replicas")) ?? 1;
    const owner = yamlText(yamlEntry(yamlEntry(root, "metadata"), "name"));
    for (const container of yamlItems(yamlEntry(pod, "containers"))) {
      readContainer(container, owner, replicas);
    }
  }
  return { processes, services, variables: given, problems };

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
    given.push(...deployedVariables(variables, purpose), ...secretVariables(container, purpose));
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

/** Entries that are named like variables: others are files. */
function configMap(root: YamlNode): ReadonlyMap<string, string> {
  if (yamlText(yamlEntry(root, "kind")) !== "ConfigMap") return new Map();
  return new Map(
    yamlEntries(yamlEntry(root, "data"))
      .filter(({ key }) => /^[A-Z][A-Z0-9_]*$/.test(key))
      .map(({ key, value }) => [key, yamlText(value) ?? ""]),
  );
}

/** `valueFrom`: set, to what a secret or a map holds. */
function secretVariables(container: YamlNode, purpose: Purpose): readonly DeployedVariable[] {
  return yamlItems(yamlEntry(container, "env")).flatMap((variable) => {
    const name = yamlText(yamlEntry(variable, "name"));
    return name !== undefined && yamlEntry(variable, "valueFrom")
      ? [{ name, value: undefined, purpose }]
      : [];
  });
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
