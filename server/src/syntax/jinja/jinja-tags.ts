/** Jinja's own tags, and those of the extensions that come with it and with Django. */
import type { TextRange } from "../../base/text-range.ts";
import type { Expression, FunctionDef, Identifier, Parameter } from "../ast.ts";
import type { Binding, IfBranch, TemplateNode } from "../template/template-tree.ts";
import type { JinjaExpressions } from "./jinja-expression.ts";
import { expressionOf, type JinjaTag, type JinjaTagParser } from "./jinja-tag.ts";

/** The name by which the block of `{% call %}` reaches the macro that it calls; nobody else can use it. */
export const callerName = " caller";

type ParseTag = (parser: JinjaTagParser, tag: JinjaTag) => readonly TemplateNode[];

function parseFor(parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const { words } = tag;
  const targets = targetsOf(words);
  words.accept("in");
  const iterable = expressionOf(words.tuple(false));
  const condition = words.accept("if") ? { condition: expressionOf(words.expression()) } : {};
  const body = parser.body(new Set(["else", "endfor"]));
  const empty = body.terminator?.name.name === "else" ? parser.body(new Set(["endfor"])) : undefined;
  return [
    {
      kind: "ForNode",
      start: tag.start,
      end: (empty ?? body).end,
      header: { start: tag.start, end: tag.end },
      targets,
      iterable,
      reversed: false,
      ...condition,
      body: body.nodes,
      empty: empty?.nodes,
    },
  ];
}

/** `task`, or `index, task`. Names in inner parentheses count like the others. */
function targetsOf(words: JinjaExpressions): readonly Identifier[] {
  const targets: Identifier[] = [];
  for (let word = words.peek(); word && word.text !== "in" && word.text !== "="; word = words.peek()) {
    const name = words.name();
    if (name) targets.push(name);
    else if (!words.accept(word.text)) break;
    // `{% set namespace.total = 1 %}` assigns to no name.
    if (words.accept(".")) {
      words.name();
      return [];
    }
  }
  return targets;
}

function parseIf(parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const branches: IfBranch[] = [];
  for (let header: JinjaTag = tag; ; ) {
    const expression = header.name.name === "else" ? undefined : expressionOf(header.words.tuple());
    const test = expression && ({ kind: "OperandTest", ...rangeOf(expression), expression } as const);
    const { nodes, end, terminator } = parser.body(new Set(["elif", "else", "endif"]));
    branches.push({ header: rangeOf(header), test, body: nodes });
    if (!terminator || terminator.name.name === "endif") {
      return [{ kind: "IfNode", start: tag.start, end, branches }];
    }
    header = terminator;
  }
}

function parseSet(parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const targets = targetsOf(tag.words);
  if (tag.words.accept("=")) {
    return [{ kind: "SetNode", ...rangeOf(tag), targets, value: expressionOf(tag.words.tuple()), body: [] }];
  }
  const { end, nodes } = parser.block(tag);
  return [{ kind: "SetNode", start: tag.start, end, targets, value: undefined, body: nodes }];
}

function parseDo(_parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  return [
    { kind: "SetNode", ...rangeOf(tag), targets: [], value: expressionOf(tag.words.tuple()), body: [] },
  ];
}

function parseMacro(parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const name = tag.words.name();
  const parameters = parametersOf(tag.words);
  const { end, nodes } = parser.block(tag);
  if (!name) return [];
  const definition = definitionOf(tag, name, [
    ...parameters,
    implied(name, "varargs", "starred"),
    implied(name, "caller", "keywordOnly"),
    implied(name, "kwargs", "doubleStarred"),
  ]);
  return [{ kind: "MacroNode", start: tag.start, end, definition, body: nodes }];
}

function parseCall(parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const parameters = tag.words.peek()?.text === "(" ? parametersOf(tag.words) : [];
  const call = tag.words.expression();
  const { end, nodes } = parser.block(tag);
  if (call.kind !== "Call") return nodes;
  const name = { ...tag.name, name: "caller" };
  const caller = { kind: "Name", ...rangeOf(tag.name), name: callerName } as const;
  const withCaller = { ...call, keywords: [...call.keywords, { ...rangeOf(tag.name), name, value: caller }] };
  const definition = definitionOf(tag, name, parameters);
  return [
    { kind: "CallBlockNode", start: tag.start, end, call: expressionOf(withCaller), definition, body: nodes },
  ];
}

/** `(task, open=false)` */
function parametersOf(words: JinjaExpressions): readonly Parameter[] {
  const parameters: Parameter[] = [];
  words.accept("(");
  while (!words.isDone() && !words.accept(")")) {
    const name = words.name();
    if (!name) break;
    const value: Expression | undefined = words.accept("=") ? words.expression() : undefined;
    parameters.push({ ...implied(name, name.name, "positionalOrKeyword"), default: value });
    words.accept(",");
  }
  return parameters;
}

function implied({ end, start }: TextRange, name: string, form: Parameter["form"]): Parameter {
  return { start, end, name, form, annotation: undefined, default: undefined };
}

function definitionOf(tag: JinjaTag, name: Identifier, parameters: readonly Parameter[]): FunctionDef {
  return {
    kind: "FunctionDef",
    ...rangeOf(tag),
    name,
    async: false,
    decorators: [],
    parameters,
    returns: undefined,
    body: [],
    bodyRange: { start: tag.end, end: tag.end },
  };
}

function parseBlock(parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const name = tag.words.name();
  const { end, nodes } = parser.block(tag);
  return name ? [{ kind: "BlockNode", start: tag.start, end, name, body: nodes }] : nodes;
}

function parseExtends(_parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  return [{ kind: "ExtendsNode", ...rangeOf(tag), parent: expressionOf(tag.words.expression()) }];
}

function parseInclude(_parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const template = expressionOf(tag.words.expression());
  const only = hasWord(tag.words, "without");
  return [{ kind: "IncludeNode", ...rangeOf(tag), template, bindings: [], only }];
}

function hasWord(words: JinjaExpressions, text: string): boolean {
  for (let word = words.name(); word; word = words.name()) if (word.name === text) return true;
  return false;
}

function parseImport(_parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const template = expressionOf(tag.words.expression());
  tag.words.accept("as");
  return [{ kind: "ImportNode", ...rangeOf(tag), template, as: tag.words.name(), names: [] }];
}

function parseFrom(_parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const { words } = tag;
  const template = expressionOf(words.expression());
  const names: { name: string; as: string }[] = [];
  words.accept("import");
  for (
    let name = words.name();
    name && name.name !== "with" && name.name !== "without";
    name = words.name()
  ) {
    const as = words.accept("as") ? words.name() : undefined;
    names.push({ name: name.name, as: as?.name ?? name.name });
    words.accept(",");
  }
  return [{ kind: "ImportNode", ...rangeOf(tag), template, as: undefined, names }];
}

function parseWith(parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const bindings = bindingsOf(tag.words);
  const { end, nodes } = parser.block(tag);
  return [{ kind: "WithNode", start: tag.start, end, bindings, body: nodes }];
}

/** `a=1, b` : names that stand alone have the value that they have. */
function bindingsOf(words: JinjaExpressions): readonly Binding[] {
  const bindings: Binding[] = [];
  for (let name = words.name(); name; name = words.name()) {
    const value = words.accept("=") ? words.expression() : ({ kind: "Name", ...name } as const);
    bindings.push({ start: name.start, end: value.end, name, value: expressionOf(value) });
    words.accept(",");
  }
  return bindings;
}

/** `{% trans count=tasks|length %}…{{ count }}…{% endtrans %}`: in the text stand names alone. */
function parseTranslation(parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const bindings = bindingsOf(tag.words).filter(
    ({ name }) => name.name !== "trimmed" && name.name !== "notrimmed",
  );
  const first = parser.body(new Set(["pluralize", `end${tag.name.name}`]));
  const isPlural = first.terminator?.name.name === "pluralize";
  const second = isPlural ? parser.block(tag) : undefined;
  const names = [...first.nodes, ...(second?.nodes ?? [])].flatMap((node) =>
    node.kind === "VariableNode" && node.expression.value.kind === "Name" ? [node.expression.value] : [],
  );
  return [
    {
      kind: "BlockTranslateNode",
      start: tag.start,
      end: (second ?? first).end,
      tag: tag.name,
      bindings,
      counter: undefined,
      context: undefined,
      names,
      as: undefined,
    },
  ];
}

/** `{% cache 300 "sidebar", user.pk %}` */
function parseCache(parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  const { words } = tag;
  const timeout = expressionOf(words.expression());
  const varyOn = [];
  while (!words.isDone()) {
    words.accept(",");
    const position = words.peek();
    varyOn.push(expressionOf(words.expression()));
    if (words.peek() === position) break;
  }
  const { end, nodes } = parser.block(tag);
  return [{ kind: "CacheNode", start: tag.start, end, timeout, fragment: "", varyOn, body: nodes }];
}

function parseNothing(): readonly TemplateNode[] {
  return [];
}

function parseWrapper(parser: JinjaTagParser, tag: JinjaTag): readonly TemplateNode[] {
  return parser.block(tag).nodes;
}

function rangeOf({ end, start }: TextRange): TextRange {
  return { start, end };
}

export const tagParsers: ReadonlyMap<string, ParseTag> = new Map<string, ParseTag>([
  ["autoescape", parseWrapper],
  ["block", parseBlock],
  ["blocktrans", parseTranslation],
  ["break", parseNothing],
  ["cache", parseCache],
  ["call", parseCall],
  ["continue", parseNothing],
  ["csrf_token", parseNothing],
  ["debug", parseNothing],
  ["do", parseDo],
  ["extends", parseExtends],
  ["filter", parseWrapper],
  ["for", parseFor],
  ["from", parseFrom],
  ["if", parseIf],
  ["import", parseImport],
  ["include", parseInclude],
  ["macro", parseMacro],
  ["set", parseSet],
  ["trans", parseTranslation],
  ["with", parseWith],
]);
