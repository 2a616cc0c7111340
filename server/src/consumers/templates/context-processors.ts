/** What the functions of the setting `context_processors` add to every context. */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import { isClosed } from "../../interpret/conditions/truth.ts";
import { callAt, nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { instanceOf } from "../../interpret/make-values.ts";
import type { PythonProgram } from "../../python/program.ts";
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import { mentions } from "../../syntax/mentions.ts";

/** Names that nobody passed to a template. */
export interface ContextProcessors {
  /** What stands for the name, as far as it is known. The project's own processors run once they are asked for. */
  get(name: string): Value | undefined;
  /** Whether one of them may add the name. */
  mayAdd(name: string): boolean;
}

export function contextProcessors(interpreter: Interpreter): ContextProcessors {
  let added: AddedNames | undefined;
  const run = (): AddedNames => {
    added ??= runProcessors(interpreter);
    return added;
  };
  return {
    get: (name) => {
      if (name === "user") {
        const { userModel } = interpreter.models;
        if (!userModel) return undefined;
        return instanceOf(userModel, { queryset: interpreter.nowhere(userModel), path: [], single: true });
      }
      return run().names.get(name);
    },
    mayAdd: (name) =>
      addedByDjango.has(name) || changesContexts(interpreter) || run().isOpen || run().names.has(name),
  };
}

interface AddedNames {
  readonly names: ReadonlyMap<string, Value>;
  /** There may be others. */
  readonly isOpen: boolean;
}

function runProcessors(interpreter: Interpreter): AddedNames {
  const names = new Map<string, Value>();
  const { contextProcessors: processors } = interpreter.templates;
  let isOpen = processors.length === 0;
  for (const name of processors) {
    if (isOfDjango.test(name)) continue;
    const symbol = interpreter.program.resolveDottedName(name);
    if (symbol.kind !== "function") {
      isOpen = true;
      continue;
    }
    const place = callAt(nameAt({ start: 0, end: 0 }, symbol.name), symbol.name);
    const args = { positional: [unknown], keywords: new Map(), open: false };
    const result = interpreter.callFunction(
      interpreter.functionValue(symbol, undefined),
      args,
      place,
      "call",
    );
    isOpen ||= !isClosed(result);
    if (result.kind !== "mapping") continue;
    for (const [key, value] of result.entries) names.set(key, value);
  }
  return { names, isOpen };
}

const isOfDjango = /^django\.(contrib\.(auth|messages)|core|template)\.context_processors\./;

/** With whatever processors a project has switched on. */
const addedByDjango: ReadonlySet<string> = new Set([
  "DEFAULT_MESSAGE_LEVELS",
  "LANGUAGES",
  "LANGUAGE_BIDI",
  "LANGUAGE_CODE",
  "MEDIA_URL",
  "STATIC_URL",
  "TIME_ZONE",
  "block",
  "csrf_token",
  "debug",
  "messages",
  "perms",
  "request",
  "sql_queries",
  "user",
]);

/** A middleware may add to the context of any response. */
function changesContexts({ program }: Interpreter): boolean {
  return remembered(changing, program, () =>
    program.modules.some(({ file }) => mentions(file, "process_template_response")),
  );
}

const changing = new AnswersOf<PythonProgram, boolean>();
