/** What the image of a Dockerfile runs. */
import { type Cmd, DockerfileParser, type Entrypoint, type Env, type From } from "dockerfile-ast";
import { lineIndexOf } from "../base/line-index.ts";
import { baseName } from "../platform/paths.ts";
import { commandsOf, commandsOfWords, type Word } from "./command-words.ts";
import { type DeployedFile, deployedVariables, processesOf } from "./deployed-file.ts";
import type { Deployment, Purpose } from "./deployment.ts";
import { isNamedForDevelopment } from "./deployment-paths.ts";

type Command = Cmd | Entrypoint;

/** A stage of the build: images are made of the last one, or of one that is named. */
interface Stage {
  readonly name: string | undefined;
  readonly variables: Map<string, string>;
  command: Command | undefined;
  entrypoint: Command | undefined;
}

export function readDockerfile(file: DeployedFile): Pick<Deployment, "processes" | "variables"> {
  const { path, text, purpose } = file;
  const lines = lineIndexOf(text);
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.offsetAt({ line, column: character });
  const purposeOf = (name: string | undefined): Purpose =>
    name !== undefined && isNamedForDevelopment(name) ? "development" : purpose;
  const stages = stagesOf(text);
  const processes = stages.flatMap(({ name, variables, command, entrypoint }) => {
    const written = command ?? entrypoint;
    if (!written) return [];
    const range = written.getRange();
    const start = {
      name: name ?? baseName(path),
      location: { path, range: { start: offset(range.start), end: offset(range.end) } },
      purpose: purposeOf(name),
      variables,
    };
    return processesOf(commandsIn([entrypoint, command], variables), start);
  });
  const last = stages.at(-1);
  return { processes, variables: last ? deployedVariables(last.variables, purposeOf(last.name)) : [] };
}

/** Lists are one command, the words of the entry point first; a line is a command of its own. */
function commandsIn(
  parts: readonly (Command | undefined)[],
  variables: ReadonlyMap<string, string>,
): readonly (readonly Word[])[] {
  const given = parts.flatMap((part) => part ?? []);
  const lists = given.filter((part) => part.getOpeningBracket() !== null);
  const words = lists.flatMap((part) => part.getJSONStrings().map((each) => each.getJSONValue()));
  const lines = given.filter((part) => !lists.includes(part));
  return [
    ...(words.length > 0 ? commandsOfWords(words, variables) : []),
    ...lines.flatMap((part) => commandsOf(part.getRawArgumentsContent() ?? "", variables)),
  ];
}

type StagePart =
  | { readonly kind: "from"; readonly instruction: From }
  | { readonly kind: "command"; readonly instruction: Cmd }
  | { readonly kind: "entrypoint"; readonly instruction: Entrypoint }
  | { readonly kind: "variables"; readonly instruction: Env };

function stagesOf(text: string): readonly Stage[] {
  const parsed = DockerfileParser.parse(text);
  const parts: readonly StagePart[] = [
    ...parsed.getFROMs().map((instruction) => ({ kind: "from" as const, instruction })),
    ...parsed.getCMDs().map((instruction) => ({ kind: "command" as const, instruction })),
    ...parsed.getENTRYPOINTs().map((instruction) => ({ kind: "entrypoint" as const, instruction })),
    ...parsed.getENVs().map((instruction) => ({ kind: "variables" as const, instruction })),
  ];
  const lineOf = ({ instruction }: StagePart): number => instruction.getRange().start.line;
  const stages: Stage[] = [];
  for (const part of parts.toSorted((first, second) => lineOf(first) - lineOf(second))) {
    if (part.kind === "from") stages.push(stageFrom(part.instruction, stages));
    const stage = stages.at(-1);
    if (!stage) continue;
    if (part.kind === "command") stage.command = part.instruction;
    if (part.kind === "entrypoint") stage.entrypoint = part.instruction;
    if (part.kind === "variables")
      for (const property of part.instruction.getProperties())
        stage.variables.set(property.getName(), property.getValue() ?? "");
  }
  return stages;
}

/** A stage that is built on another runs what that one runs. */
function stageFrom(from: From, stages: readonly Stage[]): Stage {
  const base = stages.find(({ name }) => name !== undefined && name === from.getImage());
  return {
    name: from.getBuildStage() ?? undefined,
    variables: new Map(base?.variables),
    command: base?.command,
    entrypoint: base?.entrypoint,
  };
}
