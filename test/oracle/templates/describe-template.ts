/** A template's tree in the form in which `dump_templates.py` describes Django's. */
import { unreachable } from "../../../server/src/base/invariant.ts";
import type { Expression } from "../../../server/src/syntax/ast.ts";
import type {
  FilterExpression,
  TemplateNode,
  TemplateTest,
  TemplateTree,
} from "../../../server/src/syntax/template/template-tree.ts";

export interface DescribedNode {
  readonly tag: string;
  readonly start: number;
  /** As JSON, sorted. */
  readonly expressions: readonly string[];
  /** Those that are not empty. */
  readonly bodies: readonly (readonly DescribedNode[])[];
}

export function describeTemplate({ body }: TemplateTree): readonly DescribedNode[] {
  return body.flatMap(describeNode);
}

function described(
  tag: string,
  { start }: TemplateNode,
  expressions: readonly (FilterExpression | undefined)[],
  ...bodies: readonly (readonly TemplateNode[])[]
): readonly DescribedNode[] {
  return [
    {
      tag,
      start,
      expressions: expressions
        .flatMap((item) => (item ? [JSON.stringify(describeExpression(item))] : []))
        .sort(),
      bodies: bodies.map((body) => body.flatMap(describeNode)).filter((body) => body.length > 0),
    },
  ];
}

function describeNode(node: TemplateNode): readonly DescribedNode[] {
  switch (node.kind) {
    case "VariableNode":
      return described("variable", node, [node.expression]);
    case "ForNode":
      return described("for", node, [node.iterable], node.body, node.empty ?? []);
    case "IfNode":
      return described(
        "if",
        node,
        node.branches.flatMap((branch) => (branch.test ? operands(branch.test) : [])),
        ...node.branches.map((branch) => branch.body),
      );
    case "IfChangedNode":
      return described("ifchanged", node, node.values, node.body, node.orElse);
    case "WithNode":
      return described(
        "with",
        node,
        node.bindings.map((binding) => binding.value),
        node.body,
      );
    case "BlockNode":
      return described("block", node, [], node.body);
    case "ExtendsNode":
      return described("extends", node, [node.parent]);
    case "IncludeNode":
      return described("include", node, [node.template, ...node.bindings.map((binding) => binding.value)]);
    case "RegroupNode":
      return described("regroup", node, [node.target, node.by]);
    case "CacheNode":
      return described("cache", node, [node.timeout, ...node.varyOn], node.body);
    case "FilterNode":
      return described(
        "filter",
        node,
        [{ start: 0, end: 0, value: { kind: "Name", start: 0, end: 0, name: "var" }, filters: node.filters }],
        node.body,
      );
    case "BlockTranslateNode":
      return described(node.tag.name, node, [
        ...node.bindings.map((binding) => binding.value),
        node.counter?.value,
        node.context,
      ]);
    case "PartialDefNode":
      return described("partialdef", node, [], node.body);
    case "PartialNode":
      return described("partial", node, []);
    case "LoadNode":
      return described("load", node, []);
    case "TagNode":
      return described(
        node.name.name,
        node,
        node.arguments.map((argument) => argument.value),
      );
    case "BlockTagNode":
      return described(
        node.name.name,
        node,
        node.arguments.map((argument) => argument.value),
        ...node.branches,
      );
    case "SetNode":
    case "MacroNode":
    case "CallBlockNode":
    case "ImportNode":
      throw new Error(`Django has no ${node.kind}`);
    default:
      return unreachable(node);
  }
}

function operands(test: TemplateTest): readonly FilterExpression[] {
  switch (test.kind) {
    case "OperandTest":
      return [test.expression];
    case "NotTest":
      return operands(test.operand);
    case "BooleanTest":
      return test.operands.flatMap(operands);
    case "ComparisonTest":
      return [...operands(test.left), ...operands(test.right)];
  }
}

function describeExpression({ filters, value }: FilterExpression): unknown {
  return {
    filters: filters.map(({ argument, name }) => ({
      arguments: argument ? [describeValue(argument)] : [],
      name: name.name,
    })),
    value: describeValue(value),
  };
}

function describeValue(value: Expression): unknown {
  switch (value.kind) {
    case "StringLiteral":
      return { constant: value.value };
    case "NumberLiteral":
      return { constant: String(value.value) };
    default:
      return { lookups: lookups(value) };
  }
}

function lookups(value: Expression): readonly string[] {
  switch (value.kind) {
    case "Name":
      return [value.name];
    case "ConstantLiteral":
      return [value.value];
    case "Attribute":
      return [...lookups(value.value), value.attribute.name];
    case "Subscript":
      return [
        ...lookups(value.value),
        value.index.kind === "NumberLiteral" ? String(value.index.value) : "?",
      ];
    default:
      return [value.kind];
  }
}
