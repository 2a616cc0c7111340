/** Functions and classes that nothing uses, as far as the whole project's code tells. */
import type { Location } from "../../base/text-range.ts";
import { containsRange, type TextRange } from "../../base/text-range.ts";
import { urlViews } from "../../django/url-configurations.ts";
import type { RootInfo } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import { isTestPath } from "../../python/test-paths.ts";
import type { FunctionDef, Statement } from "../../syntax/ast.ts";
import { type Node, pathTo, walk } from "../../syntax/walk.ts";
import { functionSymbolAround } from "../function-symbol-around.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";

/**
 * The function around the place has a private name (`_fetch`), and no code mentions it but other functions of that kind.
 * A framework calls public names by itself; those with an underscore are the project's own affair.
 */
export function isRunByNobody(context: RuleContext, { path, range }: Location): boolean {
  const module = context.project.program.moduleOfFile(path);
  const around = module && functionAround(module.file.tree, range);
  return around !== undefined && isUnused(context, path, around, new Set());
}

function isUnused(
  context: RuleContext,
  path: string,
  node: FunctionDef,
  seen: ReadonlySet<FunctionDef>,
): boolean {
  if (seen.has(node)) return true;
  const { name } = node.name;
  if (!/^_[a-z0-9]/.test(name) || node.decorators.length > 0) return false;
  const uses = usesInProject(context, name);
  const further = new Set([...seen, node]);
  return uses.every((use) => {
    if (use.path === path && containsRange(node, use.range)) return true;
    const module = context.project.program.moduleOfFile(use.path);
    const user = module && functionAround(module.file.tree, use.range);
    return user !== undefined && isUnused(context, use.path, user, further);
  });
}

/**
 * A function that takes a request, which no code mentions, though URL configurations name other views of the project:
 * whether anybody calls it is not known.
 */
export function isViewOfNobody(context: RuleContext, { location: { path, range } }: RootInfo): boolean {
  const { program } = context.project;
  const tree = program.moduleOfFile(path)?.file.tree;
  const view = tree && functionAround(tree, range);
  if (!view || view.decorators.length > 0 || !tree.body.includes(view)) return false;
  return namesViews(program) && isMentionedByItselfAlone(context, path, view);
}

/** URL configurations of the project say what is a view. */
function namesViews(program: PythonProgram): boolean {
  return urlViews(program).some(({ module }) => module.firstParty);
}

/** A view that is a class, which no code mentions, though URL configurations name other views of the project. */
export function isViewClassOfNobody(context: RuleContext, { module, node }: ClassSymbol): boolean {
  return (
    node.decorators.length === 0 &&
    namesViews(context.project.program) &&
    isMentionedByItselfAlone(context, module.file.path, node)
  );
}

/**
 * No code of the project but its tests mentions the function around the place: a plug-in or another project may call it,
 * or nobody. A method may be what a library's base class calls.
 */
export function isInFunctionOfNobody(context: RuleContext, location: Location): boolean {
  const around = functionSymbolAround(context.project.program, location);
  return around !== undefined && isOfNobody(context, around);
}

/** A function can be public, and what another project names in its settings; a method less so. */
export function isInMethodOfNobody(context: RuleContext, location: Location): boolean {
  const around = functionSymbolAround(context.project.program, location);
  return around?.owner !== undefined && isOfNobody(context, around);
}

function isOfNobody(context: RuleContext, { module, node, owner }: FunctionSymbol): boolean {
  const { program } = context.project;
  if (node.decorators.length > 0 || /^__\w+__$/.test(node.name.name)) return false;
  if (owner && !isOfProject(program, owner)) return false;
  return usesInProject(context, node.name.name).every(
    (use) => isTestPath(use.path) || (use.path === module.file.path && containsRange(node, use.range)),
  );
}

/**
 * The place stands in a class without a decorator that no code mentions: a registry may know it, or nobody. What derives
 * from a library's class, the library may run.
 */
export function isInClassOfNobody(context: RuleContext, { path, range }: Location): boolean {
  const { program } = context.project;
  const module = program.moduleOfFile(path);
  const around =
    module && pathTo(module.file.tree, range).find((node) => "kind" in node && node.kind === "ClassDef");
  if (!around || !("kind" in around) || around.kind !== "ClassDef") return false;
  const symbol = program.resolveName(module, around.name.name);
  const isOwn = symbol.kind === "class" && symbol.node === around && isOfProject(program, symbol);
  return isOwn && around.decorators.length === 0 && isMentionedByItselfAlone(context, path, around);
}

/** It derives from no class of a library. */
function isOfProject(program: PythonProgram, symbol: ClassSymbol): boolean {
  return program
    .mro(symbol)
    .every((base) => base.kind === "class" || (base.kind === "external" && base.name === "object"));
}

function isMentionedByItselfAlone(
  context: RuleContext,
  path: string,
  node: Extract<Statement, { kind: "FunctionDef" | "ClassDef" }>,
): boolean {
  return usesInProject(context, node.name.name).every(
    (use) => use.path === path && containsRange(node, use.range),
  );
}

/** Where the name is read, as a name, an attribute or a text; templates cannot read such names. */
function usesInProject({ project: { program } }: RuleContext, name: string): readonly Location[] {
  return program.modules
    .filter(({ file }) => file.text.includes(name))
    .flatMap(({ file }) => {
      const uses: TextRange[] = [];
      walk(file.tree, (node) => {
        if (mentions(node, name)) uses.push(node);
        return undefined;
      });
      return uses.map(({ start, end }) => ({ path: file.path, range: { start, end } }));
    });
}

function mentions(node: Node, name: string): boolean {
  if (!("kind" in node)) return false;
  switch (node.kind) {
    case "Name":
      return node.name === name;
    case "Attribute":
      return node.attribute.name === name;
    case "StringLiteral":
      return node.value.includes(name);
    case "ImportFrom":
      return node.names.some((imported) => imported.name === name);
    default:
      return false;
  }
}
