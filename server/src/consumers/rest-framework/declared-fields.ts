/** The fields that a serializer's class and its bases declare, and where each field of a serializer stands. */
import type { TextRange } from "../../base/text-range.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { valueOfVariable } from "../../interpret/language/symbol-values.ts";
import type { ClassSymbol, Module, PythonSymbol } from "../../python/symbols.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { asField } from "./field-values.ts";
import { serializers } from "./names.ts";

/** By name, those of base classes first; fields of libraries that are not known have the value that they have. */
export function declaredFields(interpreter: Interpreter, symbol: ClassSymbol): ReadonlyMap<string, Value> {
  const decided = new Set<string>();
  const byClass: [string, Value][][] = [];
  for (const { name, member } of membersOf(interpreter, symbol)) {
    if (decided.has(name)) continue;
    decided.add(name);
    if (member.kind !== "variable" || member.values.length === 0) continue;
    const value = valueOfVariable(interpreter, member);
    if (asField(interpreter, value)) byClass.push([[name, value.kind === "object" ? copyOf(value) : value]]);
    else if (isCallOfLibrary(interpreter, member.module, member.values)) byClass.push([[name, value]]);
  }
  return new Map(byClass.reverse().flat());
}

/** Names that the serializer classes bind, those of the most derived class first. */
function* membersOf(
  { program }: Interpreter,
  symbol: ClassSymbol,
): Iterable<{ readonly name: string; readonly member: PythonSymbol }> {
  for (const entry of program.mro(symbol)) {
    if (entry.kind !== "class" || !program.derivesFrom(entry, serializers)) continue;
    for (const [name, member] of program.members(entry)) yield { name, member };
  }
}

/** `serializers.SomeField(…)`: most likely a field, though which one is not known. */
function isCallOfLibrary({ program }: Interpreter, module: Module, [value]: readonly Expression[]): boolean {
  return value?.kind === "Call" && program.resolveExpression(module, value.function).kind === "external";
}

/** Each use of a declared object is a copy of its own, as the framework makes one for each serializer. */
function copyOf(object: PlainObject): PlainObject {
  return { ...object, attributes: new Map(object.attributes) };
}

export interface Place {
  readonly module: Module;
  readonly range: TextRange;
  readonly owner: ClassSymbol;
}

/** Where a field of the serializer is named: its source, its declaration, its name in `Meta.fields`, or the class. */
export function placeOfField(interpreter: Interpreter, symbol: ClassSymbol, name: string): Place {
  const { program } = interpreter;
  const declared = program.lookupMember(symbol, name);
  if (declared.kind === "found" && declared.symbol.kind === "variable") {
    const { module } = declared.owner;
    const range = sourceOf(module, declared.symbol.values) ?? targetOf(declared.owner, name);
    if (range) return { module, range, owner: declared.owner };
  }
  const meta = program.lookupMember(symbol, "Meta");
  if (meta.kind === "found" && meta.symbol.kind === "class") {
    for (const option of ["fields", "exclude"]) {
      const member = program.lookupMember(meta.symbol, option);
      if (member.kind !== "found" || member.symbol.kind !== "variable") continue;
      const { module } = member.symbol;
      const range = nameAmong(module, member.symbol.values, name);
      if (range) return { module, range, owner: member.owner };
    }
  }
  return { module: symbol.module, range: symbol.node.name, owner: symbol };
}

/** The text of a dotted `source="project.owner.name"`, which says more than the field's name. */
function sourceOf(module: Module, [value]: readonly Expression[]): TextRange | undefined {
  if (value?.kind !== "Call") return undefined;
  const source = value.keywords.find(({ name }) => name?.name === "source")?.value;
  return source?.kind === "StringLiteral" && source.value.includes(".")
    ? withoutQuotes(module, source)
    : undefined;
}

/** The range itself where it is no plain string. */
function withoutQuotes({ file }: Module, { start, end }: TextRange): TextRange {
  return /^(["'])[^"'\\]*\1$/.test(file.text.slice(start, end))
    ? { start: start + 1, end: end - 1 }
    : { start, end };
}

function targetOf(owner: ClassSymbol, name: string): TextRange | undefined {
  for (const statement of owner.node.body) {
    const targets =
      statement.kind === "Assign"
        ? statement.targets
        : statement.kind === "AnnAssign"
          ? [statement.target]
          : [];
    const target = targets.find((node) => node.kind === "Name" && node.name === name);
    if (target) return target;
  }
  return undefined;
}

/** The string without its quotes, or the whole value where the name is not written out. */
function nameAmong(module: Module, values: readonly Expression[], name: string): TextRange | undefined {
  const [value] = values;
  if (!value || values.length > 1) return undefined;
  const strings = stringsIn(value);
  return withoutQuotes(module, strings.find((string) => string.value === name) ?? value);
}

function stringsIn(node: Expression): readonly Extract<Expression, { kind: "StringLiteral" }>[] {
  switch (node.kind) {
    case "StringLiteral":
      return [node];
    case "ListLiteral":
    case "TupleLiteral":
      return node.elements.flatMap(stringsIn);
    case "BinaryOperation":
      return [...stringsIn(node.left), ...stringsIn(node.right)];
    default:
      return [];
  }
}
