/** Which lookup stands at a place in the code: names of columns and relations in strings and keywords. */
import type { TextRange } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { Call, ClassDef, Keyword } from "../../syntax/ast.ts";
import { isExpression, isStatement, type Node, nodeAt } from "../../syntax/walk.ts";
import { type Code, classNamed, nameOf } from "./code.ts";
import {
  type ArgumentPlace,
  type Dialect,
  roleInExpression,
  roleInFunction,
  roleInMethod,
  roleOfAttribute,
} from "./lookup-roles.ts";
import { modelOfClass, rowSource } from "./row-source.ts";

export interface Lookup {
  readonly dialect: Dialect;
  /** On whose rows the first name is looked up. */
  readonly model: Model;
  /** Names that the queryset adds; see `anyName`. */
  readonly annotations: ReadonlySet<string>;
  /** As written, without quotes, sign or prefix: `owner__team__na`. Empty where nothing is typed yet. */
  readonly text: string;
  readonly range: TextRange;
  readonly form: "string" | "keyword";
}

/** The lookup in which the offset lies, or would lie if something were typed there. */
export function lookupAt(code: Code, offset: number): Lookup | undefined {
  const path = nodeAt(code.file.tree, offset);
  const site = stringSite(code, path, offset) ?? keywordSite(code, path, offset);
  const named = site && (namedInCall(code, path, site) ?? namedInClass(code, path, site));
  if (site === undefined || named === undefined) return undefined;
  const { dialect, model, annotations } = named;
  const range = wordAround(code.file.text, offset, site.content, dialect === "attribute" ? /[\w.]/ : /\w/);
  return {
    dialect,
    model,
    annotations,
    text: code.file.text.slice(range.start, range.end),
    range,
    form: site.form,
  };
}

/** The string or the name of a keyword at the offset. */
interface Site {
  readonly form: "string" | "keyword";
  /** What the word may consist of. */
  readonly content: TextRange;
  /** Number in the path of the node that is an argument or the value of an attribute: lists are looked through. */
  readonly depth: number;
  readonly place: (parent: Node) => ArgumentPlace | undefined;
}

function stringSite({ file }: Code, path: readonly Node[], offset: number): Site | undefined {
  const node = path.at(-1);
  if (node === undefined || !isExpression(node) || node.kind !== "StringLiteral" || node.bytes) {
    return undefined;
  }
  const content = contentOf(file.text, node);
  if (content === undefined || offset < content.start || offset > content.end) return undefined;
  let depth = path.length - 1;
  let inKey = false;
  for (; depth > 0; depth--) {
    const parent = path[depth - 1];
    const child = path[depth];
    if (parent === undefined || !isExpression(parent)) break;
    if (parent.kind === "DictLiteral") {
      inKey = parent.entries.some(({ key }) => key === child);
      if (!inKey) return undefined;
    } else if (!containers.has(parent.kind)) break;
  }
  const argument = path[depth];
  return {
    form: "string",
    content,
    depth,
    place: (parent) => {
      if (isKeyword(parent)) {
        const name = parent.name?.name;
        if (inKey) return { kind: "key", keyword: name };
        return name === undefined ? undefined : { kind: "keyword", name };
      }
      if (inKey || !isCall(parent) || argument === undefined || !isExpression(argument)) return undefined;
      const index = parent.arguments.indexOf(argument);
      return index < 0 ? undefined : { kind: "positional", index };
    },
  };
}

const containers: ReadonlySet<string> = new Set([
  "ListLiteral",
  "TupleLiteral",
  "SetLiteral",
  "Starred",
  "BinaryOperation",
]);

/** Between the quotes; of a half-typed string what the line has. Undefined for adjacent literals. */
function contentOf(text: string, { start, end }: TextRange): TextRange | undefined {
  const written = text.slice(start, end);
  const opening = /^[rRuU]?("""|'''|"|')/.exec(written);
  const quote = opening?.[1];
  if (opening === null || quote === undefined) return undefined;
  const isClosed = written.length >= opening[0].length + quote.length && written.endsWith(quote);
  const content = { start: start + opening[0].length, end: isClosed ? end - quote.length : end };
  return text.slice(content.start, content.end).includes(quote) ? undefined : content;
}

function keywordSite({ file }: Code, path: readonly Node[], offset: number): Site | undefined {
  const node = path.at(-1);
  if (node === undefined) return undefined;
  if (isKeyword(node)) {
    const { name } = node;
    if (name === undefined || offset < name.start || offset > name.end) return undefined;
    return {
      form: "keyword",
      content: name,
      depth: path.length - 1,
      place: () => ({ kind: "name", name: name.name }),
    };
  }
  if (!isExpression(node)) return undefined;
  const place = (): ArgumentPlace => ({ kind: "name", name: file.text.slice(node.start, offset) });
  const parent = path.at(-2);
  // A keyword begins as a name, or as nothing.
  if (node.kind === "Name" || node.kind === "InvalidExpression") {
    if (parent === undefined || !isCall(parent) || !parent.arguments.includes(node)) return undefined;
    return { form: "keyword", content: node, depth: path.length - 1, place };
  }
  if (node.kind !== "Call") return undefined;
  const { start, end } = node.argumentsRange;
  const isClosed = file.text[end - 1] === ")";
  if (offset <= start || (isClosed && offset >= end)) return undefined;
  const isBetween = /[(,]\s*$/.test(file.text.slice(start, offset));
  if (!isBetween) return undefined;
  return {
    form: "keyword",
    content: { start: offset, end: offset },
    depth: path.length,
    place: () => ({ kind: "name", name: "" }),
  };
}

interface Named {
  readonly dialect: Dialect;
  readonly model: Model;
  readonly annotations: ReadonlySet<string>;
}

const noNames: ReadonlySet<string> = new Set();

function namedInCall(code: Code, path: readonly Node[], { depth, place }: Site): Named | undefined {
  const parent = path[depth - 1];
  const callDepth = parent !== undefined && isKeyword(parent) ? depth - 2 : depth - 1;
  const call = path[callDepth];
  const argument = parent && place(parent);
  if (call === undefined || !isCall(call) || argument === undefined) return undefined;
  const name = nameOf(call.function);
  if (name === undefined) return undefined;
  if (call.function.kind === "Attribute") {
    const dialect = roleInMethod(name, argument);
    const source = dialect && subjectOf(code, call);
    if (dialect !== undefined && source !== undefined) return { dialect, ...source };
  }
  const ofFunction = roleInFunction(name, argument);
  if (ofFunction !== undefined) {
    const [first] = call.arguments;
    const source = first && rowSource(code, first);
    if (source === undefined || source.kind === "object") return undefined;
    return { dialect: ofFunction, model: source.model, annotations: noNames };
  }
  const ofExpression = roleInExpression(name, argument);
  if (ofExpression !== undefined) {
    const levels = name === "OuterRef" ? 1 : 0;
    const source = subjectAround(code, path.slice(0, callDepth + 1), levels) ?? modelOfMeta(code, path);
    return source && { dialect: ofExpression, ...source };
  }
  if (argument.kind !== "keyword" || argument.name !== "source") return undefined;
  const model = modelAround(code, path.slice(0, callDepth));
  return model && { dialect: "attribute", model, annotations: noNames };
}

/** What a method is called on, where that has rows. */
function subjectOf(code: Code, call: Call): Omit<Named, "dialect"> | undefined {
  if (call.function.kind !== "Attribute") return undefined;
  const source = code.known(call) ?? rowSource(code, call.function.value);
  switch (source?.kind) {
    case "queryset":
      return { model: source.model, annotations: source.annotations };
    case "row":
      return { model: source.model, annotations: noNames };
    default:
      return undefined;
  }
}

/** The queryset to whose method an expression is given. `levels`: how many of them are passed by. */
function subjectAround(
  code: Code,
  path: readonly Node[],
  levels: number,
): Omit<Named, "dialect"> | undefined {
  let passed = 0;
  for (let depth = path.length - 2; depth >= 0; depth--) {
    const call = path[depth];
    const child = path[depth + 1];
    if (call === undefined || child === undefined || !isCall(call) || call.function === child) continue;
    const name = call.function.kind === "Attribute" ? call.function.attribute.name : undefined;
    if (name === undefined || querysetOperation(name) === undefined) continue;
    const subject = subjectOf(code, call);
    if (subject === undefined) continue;
    if (passed === levels) return subject;
    passed += 1;
  }
  return undefined;
}

/** Of constraints and indexes in the `class Meta` of a model. */
function modelOfMeta(code: Code, path: readonly Node[]): Omit<Named, "dialect"> | undefined {
  const classes = path.filter(isClass);
  if (classes.at(-1)?.name.name !== "Meta") return undefined;
  const owner = classNamed(code, classNames(classes.slice(0, -1)));
  const model = owner && code.project.models.modelOfClass(owner);
  return model && { model, annotations: noNames };
}

/** `list_display = ["name"]` */
function namedInClass(code: Code, path: readonly Node[], { depth, form }: Site): Named | undefined {
  const statement = path[depth - 1];
  const owner = path[depth - 2];
  if (form !== "string" || statement === undefined || owner === undefined || !isClass(owner)) {
    return undefined;
  }
  if (!isStatement(statement) || (statement.kind !== "Assign" && statement.kind !== "AnnAssign")) {
    return undefined;
  }
  const [target] = statement.kind === "Assign" ? statement.targets : [statement.target];
  const dialect = target?.kind === "Name" ? roleOfAttribute(target.name) : undefined;
  const model = dialect && modelAround(code, path.slice(0, depth - 1));
  return dialect && model && { dialect, model, annotations: noNames };
}

/** The model that the innermost class around is about. */
function modelAround(code: Code, path: readonly Node[]): Model | undefined {
  const symbol = classNamed(code, classNames(path.filter(isClass)));
  return symbol && modelOfClass(code, symbol);
}

function classNames(classes: readonly ClassDef[]): string {
  return classes.map(({ name }) => name.name).join(".");
}

function wordAround(text: string, offset: number, content: TextRange, character: RegExp): TextRange {
  let { start, end } = { start: offset, end: offset };
  while (start > content.start && character.test(text[start - 1] ?? "")) start -= 1;
  while (end < content.end && character.test(text[end] ?? "")) end += 1;
  return { start, end };
}

function isCall(node: Node): node is Call {
  return isExpression(node) && node.kind === "Call";
}

function isClass(node: Node): node is ClassDef {
  return isStatement(node) && node.kind === "ClassDef";
}

function isKeyword(node: Node): node is Keyword {
  return !("kind" in node) && "value" in node && !("form" in node) && !("bindings" in node);
}
