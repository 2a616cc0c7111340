/**
 * Functions that make a class of the classes that they are given:
 * `def model_factory(base): return type(base.__name__, (base,), {})`, and those with a class statement in their body.
 */

import type { Call, ClassDef, Expression, FunctionDef, Statement } from "../syntax/ast.ts";
import { isNoneLiteral } from "../syntax/none-literal.ts";
import { forEachBlockStatement } from "../syntax/statement-walk.ts";
import { walkExpressions } from "../syntax/walk.ts";
import { nameChain } from "./name-chain.ts";

export interface MadeByFunction {
  /** Positions of the parameters that are its bases, in the order of the bases. */
  readonly positions: readonly number[];
  /** The class statement, where its body says anything. */
  readonly statement: ClassDef | undefined;
}

/** Undefined for functions that may return anything else, besides `None` where there is nothing to make. */
export function classMadeBy(node: FunctionDef): MadeByFunction | undefined {
  if (node.parameters.length === 0) return undefined;
  const parameters = new Map(node.parameters.map(({ name }, position) => [name, position]));
  const returned: Expression[] = [];
  const local = new Map<string, (Expression | ClassDef)[]>();
  const bind = (name: string, value: Expression | ClassDef): void => {
    local.set(name, [...(local.get(name) ?? []), value]);
  };
  forEachBlockStatement(node.body, (statement) => {
    if (statement.kind === "Return" && statement.value && !isNoneLiteral(statement.value))
      returned.push(statement.value);
    if (statement.kind === "ClassDef") bind(statement.name.name, statement);
    if (statement.kind !== "Assign") return;
    for (const target of statement.targets) if (target.kind === "Name") bind(target.name, statement.value);
  });
  const [value, ...others] = returned;
  if (!value || others.length > 0) return undefined;
  const resolved = (expression: Expression): Expression | ClassDef | undefined => {
    if (expression.kind !== "Name") return expression;
    const [only, ...further] = local.get(expression.name) ?? [];
    return further.length === 0 && !parameters.has(expression.name) ? only : undefined;
  };
  const made = resolved(value);
  if (made?.kind === "ClassDef") return ofStatement(made, parameters);
  const bases = made?.kind === "Call" ? basesOfType(made, resolved) : undefined;
  const positions = bases && positionsOf(bases, parameters);
  return positions && { positions, statement: undefined };
}

/** The bases of `type("Topic", (AbstractTopic,), {})`; undefined where the class may have attributes of its own. */
export function basesOfType(
  { arguments: [name, bases, attributes, ...others], function: callee, keywords }: Call,
  resolved: (expression: Expression) => Expression | ClassDef | undefined = (expression) => expression,
): readonly Expression[] | undefined {
  const isType = callee.kind === "Name" && callee.name === "type" && keywords.length === 0;
  if (!isType || !name || bases?.kind !== "TupleLiteral" || !attributes || others.length > 0)
    return undefined;
  const given = resolved(attributes);
  const isBare =
    given?.kind === "DictLiteral" &&
    given.entries.every(
      ({ key }) => key?.kind === "StringLiteral" && /^__(?:doc|module|qualname)__$/.test(key.value),
    );
  return isBare ? bases.elements : undefined;
}

/** Text that is equal for functions that make the same class. */
export function madeClassKey(node: FunctionDef, text: string): string {
  const made = classMadeBy(node);
  if (!made) return "";
  const { positions, statement } = made;
  return `${positions.join()}${statement ? text.slice(statement.start, statement.end) : ""}`;
}

function ofStatement(
  statement: ClassDef,
  parameters: ReadonlyMap<string, number>,
): MadeByFunction | undefined {
  const positions = positionsOf(statement.bases, parameters);
  if (!positions || statement.keywords.length > 0) return undefined;
  if (statement.body.every(saysNothing)) return { positions, statement: undefined };
  // What a name of the function stands for is another thing in each call.
  return statement.body.some((each) => mentionsAny(each, parameters)) ? undefined : { positions, statement };
}

function positionsOf(
  bases: readonly Expression[],
  parameters: ReadonlyMap<string, number>,
): readonly number[] | undefined {
  const positions = bases.flatMap((base) => (base.kind === "Name" ? (parameters.get(base.name) ?? []) : []));
  return positions.length > 0 && positions.length === bases.length ? positions : undefined;
}

function saysNothing(statement: Statement): boolean {
  if (statement.kind === "Pass") return true;
  if (statement.kind === "ExpressionStatement") return statement.value.kind === "StringLiteral";
  return (
    statement.kind === "Assign" &&
    statement.targets.every((target) => target.kind === "Name" && target.name === "__module__")
  );
}

function mentionsAny(statement: Statement, names: ReadonlyMap<string, number>): boolean {
  let found = false;
  walkExpressions(statement, (node) => {
    found ||= node.kind === "Name" && names.has(node.name);
    return !found;
  });
  return found;
}

/** The arguments of a call that are written like classes, by their positions. */
export function classArguments({ arguments: given }: Call): readonly number[] {
  return given.flatMap((argument, position) =>
    isClassName(nameChain(argument)?.at(-1) ?? "") ? position : [],
  );
}

export function isClassName(name: string): boolean {
  return /^[A-Z]\w*[a-z]/.test(name);
}
