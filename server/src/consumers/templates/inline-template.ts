/** Templates whose text stands in a string of Python code. */
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { Value, WrittenText } from "../../queryset/value.ts";
import type { Expression, StringLiteral } from "../../syntax/ast.ts";
import { parseTemplate } from "../../syntax/template/parse-template.ts";
import type { TemplateFile } from "../../syntax/template/template-tree.ts";
import { contextProcessors } from "./context-processors.ts";
import { renderText } from "./include-template.ts";
import { renderNodes } from "./render-nodes.ts";
import { TemplateContext } from "./template-context.ts";

/** As `renderTemplate`, of a text. Nothing happens where the text is not one string that is written somewhere. */
export function renderInlineTemplate(
  interpreter: Interpreter,
  text: Value,
  context: ReadonlyMap<string, Value>,
  node: Expression,
): void {
  if (text.kind !== "literal" || !text.written) return;
  const template = templateIn(text.written);
  if (!template) return;
  const all = new TemplateContext(context, undefined, contextProcessors(interpreter));
  renderText(interpreter, renderNodes, template, all, interpreter.location(node));
}

const templates = new WeakMap<StringLiteral, TemplateFile | undefined>();

function templateIn({ module: { file }, node }: WrittenText): TemplateFile | undefined {
  if (!templates.has(node)) templates.set(node, parse(file.path, file.text, node));
  return templates.get(node);
}

/** The rest of the file is blank, so that places in the template are places in the file. */
function parse(path: string, text: string, node: StringLiteral): TemplateFile | undefined {
  const written = text.slice(node.start, node.end);
  const [opening, quotes] = /^\w*('''|"""|'|")/.exec(written) ?? [];
  if (opening === undefined || quotes === undefined || !written.endsWith(quotes)) return undefined;
  const content = written.slice(opening.length, -quotes.length);
  // Several strings, one after the other.
  if (content.includes(quotes) && !content.includes("\\")) return undefined;
  return parseTemplate(path, " ".repeat(node.start + opening.length) + content);
}
