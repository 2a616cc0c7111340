/** Functions for the module's own use that nothing uses, as far as the whole project's code tells. */
import type { Location } from "../../base/text-range.ts";
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { FunctionDef } from "../../syntax/ast.ts";
import { type Node, walk } from "../../syntax/walk.ts";
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
