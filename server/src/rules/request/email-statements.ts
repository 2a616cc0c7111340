/** The statements that make and send one message, where they can move elsewhere as a whole. */
import type { TextRange } from "../../base/text-range.ts";
import type { Module, PythonSymbol } from "../../python/symbols.ts";
import type { Call, Expression, FunctionDef, Statement } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { forEachChild, isStatement, type Node, pathTo, walk } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import type { RequestPlace } from "./blocking-places.ts";

export interface EmailStatements {
  readonly module: Module;
  readonly function: FunctionDef;
  /** Statements of one block that follow each other, or the body of the lambda that is given to `on_commit()`. */
  readonly nodes: readonly (Statement | Expression)[];
  readonly range: TextRange;
  /** It runs after the transaction already. */
  readonly afterCommit: boolean;
  /** The variable that holds the message, which the statements bind. */
  readonly message: string | undefined;
}

/**
 * Undefined where the result of sending is used, an exception of it is handled, or something else stands between the
 * making of the message and its sending.
 */
export function emailStatements(context: RuleContext, email: RequestPlace): EmailStatements | undefined {
  const [{ node }] = email.requests;
  const module = context.project.program.moduleOfFile(email.location.path);
  if (!module || !email.isOwn) return undefined;
  const path = pathTo(module.file.tree, node);
  const position = path.indexOf(node);
  const functions = path.filter(isFunction);
  const [scope] = functions;
  if (!scope || functions.length > 1 || scope.async || isGuarded(path, node)) return undefined;
  const parent = path[position - 1];
  const inFunction = { module, function: scope };
  if (parent && "kind" in parent && parent.kind === "Lambda") {
    return isOnCommit(context, module, path, position)
      ? { ...inFunction, nodes: [node], range: node, afterCommit: true, message: undefined }
      : undefined;
  }
  if (!parent || !isStatement(parent) || parent.kind !== "ExpressionStatement") return undefined;
  const message = nameOfMessage(context, module, scope, node);
  if (message === undefined) {
    return { ...inFunction, nodes: [parent], range: parent, afterCommit: false, message };
  }
  const container = path[position - 2];
  const nodes = container && messageStatements(container, parent, message);
  const [first] = nodes ?? [];
  if (!nodes || !first || isUsedOutside(scope, message, nodes)) return undefined;
  const range = { start: first.start, end: parent.end };
  return { ...inFunction, nodes, range, afterCommit: false, message };
}

function isFunction(node: Node): node is FunctionDef {
  return isStatement(node) && node.kind === "FunctionDef";
}

/** An exception of the call is handled in the same function. */
function isGuarded(path: readonly Node[], call: TextRange): boolean {
  return path.some(
    (node) =>
      isStatement(node) &&
      node.kind === "Try" &&
      node.handlers.length > 0 &&
      node.body.some((statement) => statement.start <= call.start && call.end <= statement.end),
  );
}

/** A function on the way to the call handles what goes wrong with it: the request needs to know at once. */
export function isAwaitedByCaller(
  { project: { program } }: RuleContext,
  { requests }: RequestPlace,
): boolean {
  return requests.some(({ calls }) =>
    calls.some(({ location }) => {
      const module = program.moduleOfFile(location.path);
      return module !== undefined && isGuarded(pathTo(module.file.tree, location.range), location.range);
    }),
  );
}

/** `transaction.on_commit(lambda: send_mail(…))` as a statement of its own. */
function isOnCommit(context: RuleContext, module: Module, path: readonly Node[], position: number): boolean {
  const [statement, call, lambda] = path.slice(position - 3, position);
  if (!statement || !call || !lambda || !("kind" in lambda) || !("kind" in call)) return false;
  if (lambda.kind !== "Lambda" || lambda.parameters.length > 0 || call.kind !== "Call") return false;
  if (!isStatement(statement) || statement.kind !== "ExpressionStatement") return false;
  const callee = context.project.program.resolveExpression(module, call.function);
  return callee.kind === "external" && callee.name === "django.db.transaction.on_commit";
}

/** `message` of `message.send()`, where it is a local variable. */
function nameOfMessage(
  context: RuleContext,
  module: Module,
  scope: FunctionDef,
  { function: callee }: Call,
): string | undefined {
  if (callee.kind !== "Attribute" || callee.value.kind !== "Name" || callee.attribute.name !== "send")
    return undefined;
  const symbol = symbolIn(context, module, scope, callee.value);
  return symbol.kind === "unknown" ? callee.value.name : undefined;
}

/** What a name or a chain of attributes stands for inside of the function, whose own imports come first. */
export function symbolIn(
  { project: { program } }: RuleContext,
  module: Module,
  scope: FunctionDef,
  expression: Expression,
): PythonSymbol {
  let root = expression;
  while (root.kind === "Attribute") root = root.value;
  if (root.kind !== "Name") return { kind: "unknown" };
  if (bindingsOf(scope, root.name).length === 0) return program.resolveExpression(module, expression);
  if (expression.kind !== "Name") return { kind: "unknown" };
  let found: PythonSymbol = { kind: "unknown" };
  walk(scope, (node) => {
    if (isStatement(node) && (node.kind === "Import" || node.kind === "ImportFrom")) {
      found = program.resolveImport(module, node).get(expression.name) ?? found;
    }
    return undefined;
  });
  return found;
}

/** From `message = EmailMessage(…)` to the last statement; nothing in between is about something else. */
function messageStatements(
  container: Node,
  last: Statement,
  message: string,
): readonly Statement[] | undefined {
  const block: Statement[] = [];
  forEachChild(container, (child) => {
    if (isStatement(child)) block.push(child);
  });
  const end = block.indexOf(last);
  for (let start = end - 1; start >= 0; start--) {
    const statement = block[start];
    if (!statement) return undefined;
    if (assigns(statement, message)) return block.slice(start, end + 1);
    if (!isAbout(statement, message)) return undefined;
  }
  return undefined;
}

function assigns(statement: Statement, name: string): boolean {
  if (statement.kind !== "Assign" || statement.targets.length !== 1) return false;
  const [target] = statement.targets;
  return target?.kind === "Name" && target.name === name;
}

/** `message.attach_alternative(…)`, `message.content_subtype = …` */
function isAbout(statement: Statement, name: string): boolean {
  const part =
    statement.kind === "ExpressionStatement" && statement.value.kind === "Call"
      ? statement.value.function
      : statement.kind === "Assign" && statement.targets.length === 1
        ? statement.targets[0]
        : undefined;
  return part?.kind === "Attribute" && part.value.kind === "Name" && part.value.name === name;
}

function isUsedOutside(scope: FunctionDef, name: string, nodes: readonly Statement[]): boolean {
  const [first, last] = [nodes[0], nodes.at(-1)];
  let used = bindingsOf(scope, name).length > 1;
  walk(scope, (node) => {
    const isOutside = first && last && (node.start < first.start || node.end > last.end);
    if ("kind" in node && node.kind === "Name" && node.name === name && isOutside) used = true;
    return undefined;
  });
  return used;
}
