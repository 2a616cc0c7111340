/** Which parameter of a task gets which argument of a call that starts it. */
import type { TaskDeclaration } from "../../django/tasks.ts";
import type { TaskStart } from "../../interpret/facts.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression, Parameter } from "../../syntax/ast.ts";
import { givenToTask } from "./task-starts.ts";

export interface TaskArgument {
  readonly value: Value;
  /** As it is written; undefined where it is not written by itself. */
  readonly node: Expression | undefined;
  /** The keyword, or the key of `kwargs={…}`, with its place. */
  readonly keyword: { readonly name: string; readonly start: number; readonly end: number } | undefined;
  /** Undefined where the task has none for it by name: `*args`, `**kwargs`. */
  readonly parameter: Parameter | undefined;
}

/** The parameters that whoever starts the task fills. */
function parametersOf(task: FunctionSymbol, { takesItself }: TaskDeclaration): readonly Parameter[] {
  const own = (task.owner ? 1 : 0) + (takesItself ? 1 : 0);
  return task.node.parameters.slice(own);
}

export function taskArguments(start: TaskStart): readonly TaskArgument[] {
  const given = givenToTask(start);
  const parameters = parametersOf(start.task, start.declaration);
  const nodes = writtenArguments(start);
  const isOpen = start.node.arguments.some(({ kind }) => kind === "Starred");
  return [
    ...given.positional.map((value, index) => {
      const parameter = parameters[index];
      const isPlain = parameters
        .slice(0, index + 1)
        .every(({ form }) => form === "positionalOnly" || form === "positionalOrKeyword");
      return {
        value,
        node: isOpen ? undefined : nodes.positional[index],
        keyword: undefined,
        parameter: isPlain && !isOpen ? parameter : undefined,
      };
    }),
    ...[...given.keywords].map(([name, value]) => {
      const written = nodes.keywords.get(name);
      return {
        value,
        node: written?.node,
        keyword: written && { name, start: written.start, end: written.end },
        parameter: parameters.find(
          (each) =>
            each.name === name && (each.form === "keywordOnly" || each.form === "positionalOrKeyword"),
        ),
      };
    }),
  ];
}

interface WrittenArguments {
  readonly positional: readonly Expression[];
  readonly keywords: ReadonlyMap<
    string,
    { readonly node: Expression; readonly start: number; readonly end: number }
  >;
}

/** The expressions of the call; those in `args=[…]` and `kwargs={…}` where it is for the queue. */
function writtenArguments({ method, node }: TaskStart): WrittenArguments {
  if (!/^(?:apply_async(?:_on_commit)?|signature)$/.test(method)) {
    return {
      positional: node.arguments,
      keywords: new Map(
        node.keywords.flatMap(({ name, value }) =>
          name ? [[name.name, { node: value, start: name.start, end: name.end }]] : [],
        ),
      ),
    };
  }
  const named = (name: string) => node.keywords.find((keyword) => keyword.name?.name === name)?.value;
  const args = node.arguments[0] ?? named("args");
  const kwargs = node.arguments[1] ?? named("kwargs");
  return {
    positional: args?.kind === "ListLiteral" || args?.kind === "TupleLiteral" ? args.elements : [],
    keywords: new Map(
      (kwargs?.kind === "DictLiteral" ? kwargs.entries : []).flatMap(({ key, value }) =>
        key?.kind === "StringLiteral" ? [[key.value, { node: value, start: key.start, end: key.end }]] : [],
      ),
    ),
  };
}
