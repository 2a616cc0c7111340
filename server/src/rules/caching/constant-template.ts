/** Templates that show the same to everybody, as far as they are written in tags and names whose meaning is known. */
import { unreachable } from "../../base/invariant.ts";
import type { Expression } from "../../syntax/ast.ts";
import type {
  FilterExpression,
  TemplateFile,
  TemplateNode,
  TemplateTest,
} from "../../syntax/template/template-tree.ts";
import { bodiesOf } from "../../syntax/template/template-walk.ts";
import { walkExpressions } from "../../syntax/walk.ts";

/** Tags that show neither who asks nor what a function of a project gives. The language is part of a page's key. */
const constantTags: ReadonlySet<string> = new Set([
  ...["autoescape", "cycle", "firstof", "get_available_languages", "get_current_language"],
  ...["get_current_language_bidi", "get_language_info", "get_language_info_list", "get_media_prefix"],
  ...["get_static_prefix", "localize", "lorem", "now", "resetcycle", "spaceless", "static", "templatetag"],
  ...["trans", "translate", "url", "widthratio"],
]);

/** What Django's context processors add for everybody, and what templates have by themselves. */
const constantNames: ReadonlySet<string> = new Set([
  ...["LANGUAGES", "LANGUAGE_BIDI", "LANGUAGE_CODE", "MEDIA_URL", "STATIC_URL"],
  ...["block", "forloop"],
]);

/** What they add of the request, and the view, which has it. */
const personalNames: ReadonlySet<string> = new Set([
  ...["DEFAULT_MESSAGE_LEVELS", "csp_nonce", "csrf_token", "debug", "messages", "perms", "request"],
  ...["session", "sql_queries", "user", "view"],
]);

export interface ConstantTemplates {
  /** Names that whoever renders them passes. */
  readonly passed: ReadonlySet<string>;
  /** Functions of the project, or of libraries, add names that are not known. */
  readonly hasOtherProcessors: boolean;
}

/** All of it is known, and none of it tells one visitor from another. Templates of Jinja may call anything. */
export function areConstant(
  templates: readonly TemplateFile[],
  { passed, hasOtherProcessors }: ConstantTemplates,
): boolean {
  const read = new Set<string>();
  const bound = new Set<string>();
  const isPlain = templates.every(
    ({ language, tree }) =>
      language === "django" &&
      tree.errors.length === 0 &&
      tree.body.every((node) => readNode(node, read, bound)),
  );
  return (
    isPlain &&
    [...read].every(
      (name) =>
        constantNames.has(name) ||
        bound.has(name) ||
        (!personalNames.has(name) && (passed.has(name) || !hasOtherProcessors)),
    )
  );
}

/** Notes the names that a node reads and binds. Whether it is one of those whose meaning is known. */
function readNode(node: TemplateNode, read: Set<string>, bound: Set<string>): boolean {
  const expressions = expressionsOf(node);
  if (!expressions) return false;
  for (const expression of expressions) {
    walkExpressions(expression, (each) => {
      if (each.kind === "Name") read.add(each.name);
      return undefined;
    });
  }
  for (const name of namesBoundBy(node)) bound.add(name);
  return bodiesOf(node).every((body) => body.every((inner) => readNode(inner, read, bound)));
}

/** Undefined for nodes whose meaning is not known, or not the same for everybody. */
function expressionsOf(node: TemplateNode): readonly Expression[] | undefined {
  switch (node.kind) {
    case "VariableNode":
      return inFilters(node.expression);
    case "ForNode":
      return inFilters(node.iterable);
    case "IfNode":
      return node.branches.flatMap(({ test }) => (test ? inTest(test) : []));
    case "IfChangedNode":
      return node.values.flatMap(inFilters);
    case "WithNode":
      return node.bindings.flatMap(({ value }) => inFilters(value));
    case "IncludeNode":
      return [...inFilters(node.template), ...node.bindings.flatMap(({ value }) => inFilters(value))];
    case "ExtendsNode":
      return inFilters(node.parent);
    case "RegroupNode":
      return inFilters(node.target);
    case "BlockTranslateNode":
      return [
        ...[...node.bindings, ...(node.counter ? [node.counter] : [])].flatMap(({ value }) =>
          inFilters(value),
        ),
        ...node.names.map((name): Expression => ({ kind: "Name", ...name })),
      ];
    case "TagNode":
    case "BlockTagNode":
      return constantTags.has(node.name.name)
        ? node.arguments.flatMap(({ value }) => inFilters(value))
        : undefined;
    case "BlockNode":
    case "FilterNode":
    case "LoadNode":
    case "PartialDefNode":
    case "PartialNode":
      return [];
    case "CacheNode":
    case "SetNode":
    case "MacroNode":
    case "CallBlockNode":
    case "ImportNode":
      return undefined;
    default:
      return unreachable(node);
  }
}

function inFilters({ value, filters }: FilterExpression): readonly Expression[] {
  return [value, ...filters.flatMap(({ argument }) => argument ?? [])];
}

function inTest(test: TemplateTest): readonly Expression[] {
  switch (test.kind) {
    case "OperandTest":
      return inFilters(test.expression);
    case "NotTest":
      return inTest(test.operand);
    case "BooleanTest":
      return test.operands.flatMap(inTest);
    case "ComparisonTest":
      return [...inTest(test.left), ...inTest(test.right)];
    default:
      return unreachable(test);
  }
}

function namesBoundBy(node: TemplateNode): readonly string[] {
  switch (node.kind) {
    case "ForNode":
      return node.targets.map(({ name }) => name);
    case "WithNode":
    case "IncludeNode":
      return node.bindings.map(({ name }) => name.name);
    case "RegroupNode":
      return [node.name.name];
    case "BlockTranslateNode":
      return [
        ...node.bindings.map(({ name }) => name.name),
        ...(node.counter ? [node.counter.name.name] : []),
        ...(node.as ? [node.as.name] : []),
      ];
    case "TagNode":
    case "BlockTagNode":
      return node.as ? [node.as.name] : [];
    default:
      return [];
  }
}
