import type {
  ComprehensionClause,
  Expression,
  ImportAlias,
  Keyword,
  ModuleTree,
  Parameter,
  Statement,
} from "../../server/src/syntax/ast.ts";

/**
 * A tree in one line, for tests that show what a source becomes: `a.b(1)` is `(Call (Attribute a b) 1)`.
 * Names and literals stand for themselves; a keyword is `name=value`, a body is in brackets.
 */
export function sExpression(node: ModuleTree | Statement | Expression): string {
  return "kind" in node ? nodeText(node) : node.body.map(nodeText).join(" ");
}

function nodeText(node: Statement | Expression): string {
  switch (node.kind) {
    case "Name":
      return node.name;
    case "NumberLiteral":
      return String(node.value);
    case "ConstantLiteral":
      return node.value;
    case "StringLiteral":
      return `${node.bytes ? "b" : ""}${JSON.stringify(node.value)}`;
    case "InvalidExpression":
    case "InvalidStatement":
    case "Pass":
    case "Break":
    case "Continue":
      return node.kind;
    case "ExpressionStatement":
      return nodeText(node.value);
    default:
      return `(${[node.kind, ...partsOf(node)].filter((part) => part !== "").join(" ")})`;
  }
}

type Composite = Exclude<
  Statement | Expression,
  {
    kind:
      | "Name"
      | "NumberLiteral"
      | "ConstantLiteral"
      | "StringLiteral"
      | "InvalidExpression"
      | "InvalidStatement"
      | "Pass"
      | "Break"
      | "Continue"
      | "ExpressionStatement";
  }
>;

function partsOf(node: Composite): readonly string[] {
  switch (node.kind) {
    case "FunctionDef":
      return [
        flag("async", node.async),
        ...node.decorators.map((decorator) => `@${nodeText(decorator)}`),
        node.name.name,
        `(${node.parameters.map(parameterText).join(" ")})`,
        optional("->", node.returns),
        bodyText(node.body),
      ];
    case "ClassDef":
      return [
        ...node.decorators.map((decorator) => `@${nodeText(decorator)}`),
        node.name.name,
        ...node.bases.map(nodeText),
        ...node.keywords.map(keywordText),
        bodyText(node.body),
      ];
    case "Return":
    case "Yield":
      return [optional("", node.value)];
    case "Delete":
      return node.targets.map(nodeText);
    case "Assign":
      return [...node.targets.map(nodeText), nodeText(node.value)];
    case "AugAssign":
      return [nodeText(node.target), `${node.operator}=`, nodeText(node.value)];
    case "AnnAssign":
      return [nodeText(node.target), `:${nodeText(node.annotation)}`, optional("=", node.value)];
    case "For":
      return [
        flag("async", node.async),
        nodeText(node.target),
        nodeText(node.iterable),
        bodyText(node.body),
        otherwise("else", node.orElse),
      ];
    case "While":
    case "If":
      return [nodeText(node.test), bodyText(node.body), otherwise("else", node.orElse)];
    case "With":
      return [
        flag("async", node.async),
        ...node.items.map(({ context, target }) => nodeText(context) + optional(" as ", target)),
        bodyText(node.body),
      ];
    case "Match":
      return [
        nodeText(node.subject),
        ...node.cases.map(
          ({ bindings, guard, body }) =>
            `(case ${bindings.map(({ name }) => name).join(" ")}${optional(" if ", guard)} ${bodyText(body)})`,
        ),
      ];
    case "Raise":
      return [optional("", node.exception), optional("from ", node.cause)];
    case "Try":
      return [
        bodyText(node.body),
        ...node.handlers.map(
          ({ type, name, body }) =>
            `(except${optional(" ", type)}${name === undefined ? "" : ` as ${name.name}`} ${bodyText(body)})`,
        ),
        otherwise("else", node.orElse),
        otherwise("finally", node.finalBody),
      ];
    case "Assert":
      return [nodeText(node.test), optional("", node.message)];
    case "Import":
      return node.names.map(aliasText);
    case "ImportFrom":
      return [`${".".repeat(node.level)}${node.module}`, ...node.names.map(aliasText)];
    case "Global":
    case "Nonlocal":
      return node.names;
    case "TypeAlias":
      return [node.name.name, nodeText(node.value)];
    case "FormattedString":
    case "BooleanOperation":
      return [node.kind === "BooleanOperation" ? node.operator : "", ...node.values.map(nodeText)];
    case "BinaryOperation":
      return [nodeText(node.left), node.operator, nodeText(node.right)];
    case "Comparison":
      return [
        nodeText(node.left),
        ...node.comparators.map((comparator, index) => `${node.operators[index]} ${nodeText(comparator)}`),
      ];
    case "UnaryOperation":
      return [node.operator, nodeText(node.operand)];
    case "Call":
      return [nodeText(node.function), ...node.arguments.map(nodeText), ...node.keywords.map(keywordText)];
    case "Attribute":
      return [nodeText(node.value), node.attribute.name === "" ? "?" : node.attribute.name];
    case "Subscript":
      return [nodeText(node.value), nodeText(node.index)];
    case "Slice":
      return [node.lower, node.upper, node.step].map((bound) =>
        bound === undefined ? "_" : nodeText(bound),
      );
    case "ListLiteral":
    case "TupleLiteral":
    case "SetLiteral":
      return node.elements.map(nodeText);
    case "DictLiteral":
      return node.entries.map(
        ({ key, value }) => `${key === undefined ? "**" : `${nodeText(key)}:`}${nodeText(value)}`,
      );
    case "Comprehension":
      return [
        node.form,
        node.key === undefined ? nodeText(node.element) : `${nodeText(node.key)}:${nodeText(node.element)}`,
        ...node.clauses.map(clauseText),
      ];
    case "Lambda":
      return [`(${node.parameters.map(parameterText).join(" ")})`, nodeText(node.body)];
    case "Conditional":
      return [nodeText(node.test), nodeText(node.body), nodeText(node.orElse)];
    case "Await":
    case "YieldFrom":
    case "Starred":
      return [nodeText(node.value)];
    case "NamedExpression":
      return [nodeText(node.target), nodeText(node.value)];
  }
}

const parameterPrefixes: Readonly<Record<Parameter["form"], string>> = {
  positionalOnly: "/",
  positionalOrKeyword: "",
  keywordOnly: "&",
  starred: "*",
  doubleStarred: "**",
};

/** `/a` is positional only, `&a` keyword only. */
function parameterText(parameter: Parameter): string {
  const { form, name, annotation } = parameter;
  return `${parameterPrefixes[form]}${name}${optional(":", annotation)}${optional("=", parameter.default)}`;
}

function keywordText({ name, value }: Keyword): string {
  return `${name === undefined ? "**" : `${name.name}=`}${nodeText(value)}`;
}

function aliasText({ name, alias }: ImportAlias): string {
  return alias === undefined ? name : `${name}→${alias}`;
}

function clauseText({ async, target, iterable, conditions }: ComprehensionClause): string {
  const condition = conditions.map((test) => ` if ${nodeText(test)}`).join("");
  return `(${async ? "async " : ""}for ${nodeText(target)} in ${nodeText(iterable)}${condition})`;
}

function bodyText(body: readonly Statement[]): string {
  return `[${body.map(nodeText).join(" ")}]`;
}

function otherwise(word: string, body: readonly Statement[]): string {
  return body.length === 0 ? "" : `(${word} ${bodyText(body)})`;
}

function optional(prefix: string, expression: Expression | undefined): string {
  return expression === undefined ? "" : prefix + nodeText(expression);
}

function flag(word: string, isSet: boolean): string {
  return isSet ? word : "";
}
