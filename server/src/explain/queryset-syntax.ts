import type { Expression } from "../syntax/ast.ts";

/** Answers whether a local name stands for a queryset, as far as its definition shows. */
export type IsQuerysetName = (name: string) => boolean;

/** Attributes that are managers wherever they appear. */
const managerNames: ReadonlySet<string> = new Set(["objects", "_default_manager", "_base_manager"]);

/** Methods that hardly anything but querysets and managers has. */
const tellingMethods: ReadonlySet<string> = new Set([
  "aggregate",
  "alias",
  "annotate",
  "bulk_create",
  "bulk_update",
  "defer",
  "distinct",
  "exclude",
  "filter",
  "get_or_create",
  "in_bulk",
  "only",
  "order_by",
  "prefetch_related",
  "select_for_update",
  "select_related",
  "update_or_create",
  "values_list",
]);

/** Methods that run the query: what follows them belongs to a row or a number. */
const terminalMethods: ReadonlySet<string> = new Set([
  "aggregate",
  "bulk_create",
  "bulk_update",
  "contains",
  "count",
  "create",
  "delete",
  "earliest",
  "exists",
  "explain",
  "first",
  "get",
  "get_or_create",
  "in_bulk",
  "last",
  "latest",
  "update",
  "update_or_create",
]);

const shortcuts: ReadonlySet<string> = new Set([
  "aget_list_or_404",
  "aget_object_or_404",
  "get_list_or_404",
  "get_object_or_404",
]);

const setOperators: ReadonlySet<string> = new Set(["|", "&", "^"]);

/** The part of an expression that has to do with a queryset. */
export interface QuerysetPart {
  readonly expression: Expression;
  /** Whether it is one, rather than a row or number that one was asked for. */
  readonly isQueryset: boolean;
}

/**
 * The part of an expression that is a queryset or runs one: `Task.objects.get(pk=1)` of
 * `Task.objects.get(pk=1).project.name`. Undefined for an expression that does not look like one.
 */
export function querysetPart(
  expression: Expression,
  isQuerysetName: IsQuerysetName,
): QuerysetPart | undefined {
  if (expression.kind === "BinaryOperation") {
    if (!setOperators.has(expression.operator)) return undefined;
    const isQueryset = (side: Expression): boolean => isWholeQueryset(side, isQuerysetName);
    const combined = isQueryset(expression.left) || isQueryset(expression.right);
    return combined ? { expression, isQueryset: true } : undefined;
  }
  let part: QuerysetPart | undefined;
  for (const link of chainOf(expression)) {
    switch (stepOf(link, isQuerysetName)) {
      case "queryset":
        part = { expression: link, isQueryset: true };
        break;
      case "method":
        if (part?.isQueryset) part = { expression: link, isQueryset: true };
        break;
      case "terminal":
        if (part !== undefined) part = { expression: link, isQueryset: false };
        break;
      case "item":
        if (part?.isQueryset) part = { expression: link, isQueryset: false };
        break;
      case "query":
        part = { expression: link, isQueryset: false };
        break;
      case "nothing":
        break;
    }
  }
  return part;
}

export function isWholeQueryset(expression: Expression, isQuerysetName: IsQuerysetName): boolean {
  const part = querysetPart(expression, isQuerysetName);
  return part?.isQueryset === true && part.expression === expression;
}

/** Methods that querysets share with lists, dictionaries and others. */
const sharedMethods: ReadonlySet<string> = new Set([
  ...terminalMethods,
  "difference",
  "intersection",
  "iterator",
  "none",
  "reverse",
  "union",
  "using",
  "values",
]);

/** A call that is a query if it is made on a manager or queryset: `tenant.orders.count()`. */
export function mayBeQueryset(expression: Expression): boolean {
  return (
    expression.kind === "Call" &&
    expression.function.kind === "Attribute" &&
    sharedMethods.has(synchronousTwin(expression.function.attribute.name))
  );
}

/** The expressions of a chain of attributes, calls and subscripts, from its root outwards. */
function chainOf(expression: Expression): readonly Expression[] {
  const chain: Expression[] = [];
  let link: Expression | undefined = expression;
  while (link !== undefined) {
    chain.push(link);
    link = precedingLink(link);
  }
  return chain.reverse();
}

function precedingLink(link: Expression): Expression | undefined {
  switch (link.kind) {
    case "Attribute":
    case "Subscript":
    case "Await":
      return link.value;
    case "Call":
      return link.function;
    default:
      return undefined;
  }
}

/** What a link of the chain says about the value so far. */
type Step =
  /** A queryset, whatever came before. */
  | "queryset"
  /** Still a queryset, if it was one. */
  | "method"
  /** Runs the query, if it was a queryset. */
  | "terminal"
  /** Takes one row of a queryset. */
  | "item"
  /** Runs a query, whatever came before. */
  | "query"
  | "nothing";

function stepOf(link: Expression, isQuerysetName: IsQuerysetName): Step {
  switch (link.kind) {
    case "Name":
      return isQuerysetName(link.name) ? "queryset" : "nothing";
    case "Attribute":
      return isManagerName(link.attribute.name) ? "queryset" : "nothing";
    case "Subscript":
      return link.index.kind === "Slice" ? "method" : "item";
    case "Call":
      if (link.function.kind === "Name") return shortcuts.has(link.function.name) ? "query" : "nothing";
      if (link.function.kind !== "Attribute") return "nothing";
      return methodStep(link.function.attribute.name, link.arguments.length + link.keywords.length);
    default:
      return "nothing";
  }
}

function methodStep(name: string, argumentCount: number): Step {
  const method = synchronousTwin(name);
  if (tellingMethods.has(method)) return terminalMethods.has(method) ? "query" : "queryset";
  if (method === "all" && argumentCount === 0) return "queryset";
  return terminalMethods.has(method) ? "terminal" : "method";
}

/** `acount` does what `count` does; names that only begin with an `a` stay as they are. */
function synchronousTwin(name: string): string {
  const rest = name.slice(1);
  return name.startsWith("a") && (terminalMethods.has(rest) || tellingMethods.has(rest)) ? rest : name;
}

function isManagerName(name: string): boolean {
  return managerNames.has(name) || name.endsWith("_set");
}
