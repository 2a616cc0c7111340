/**
 * Django's convention for classes that are about rows: `queryset = …`, or `model = …` for all rows of a model, and
 * `get_queryset()` to ask for them. Generic views, viewsets, admin classes and many a library keep to it.
 */
import type { Model } from "../django/model-graph.ts";
import type { Consumer } from "../interpret/consumer.ts";
import type { Interpreter } from "../interpret/interpreter.ts";
import { passedThrough } from "../interpret/querysets/origins.ts";
import type { VariableSymbol } from "../python/symbols.ts";
import { joinAll } from "../queryset/join.ts";
import type { OriginSite, OriginSiteKind } from "../queryset/origin.ts";
import type { Queryset } from "../queryset/queryset.ts";
import type { PlainObject, Value } from "../queryset/value.ts";
import type { Expression } from "../syntax/ast.ts";

/**
 * What the framework's `get_queryset()` gives for an object of the class: a fresh copy of `queryset`, else all rows of
 * `model`. `node` is the expression that asks. Undefined where the class has neither.
 */
export function querysetOfObject(
  interpreter: Interpreter,
  object: PlainObject,
  node: Expression,
): Value | undefined {
  return declaredQueryset(interpreter, object, node) ?? rowsOfDeclaredModel(interpreter, object, node);
}

/** `queryset = Task.objects.filter(…)`; the value as it is where that is no queryset. */
function declaredQueryset(
  interpreter: Interpreter,
  object: PlainObject,
  node: Expression,
): Value | undefined {
  const declaration = classAttribute(interpreter, object, "queryset");
  const value = interpreter.attribute(object, "queryset", node);
  const isMissing = value.kind === "method" && value.name === "queryset";
  if (isMissing || (value.kind === "literal" && value.value === null)) return undefined;
  const copy = (source: Value): Value => {
    switch (source.kind) {
      case "queryset": {
        const origin = { ...source.origin, holder: declaration?.owner };
        return {
          ...source,
          origin: passedThrough(interpreter, origin, node, "attribute"),
          result: { evaluated: false },
        };
      }
      case "manager": {
        const initial = interpreter.initialQueryset(source, node);
        const site = declaration && siteOfAttribute(declaration, "chain");
        return site ? { ...initial, origin: { sites: [site], holder: declaration.owner } } : initial;
      }
      case "union":
        return joinAll(source.alternatives.map(copy));
      default:
        return source;
    }
  };
  return copy(value);
}

function rowsOfDeclaredModel(
  interpreter: Interpreter,
  object: PlainObject,
  node: Expression,
): Value | undefined {
  const value = interpreter.attribute(object, "model", node);
  if (value.kind !== "class" || !value.model) return undefined;
  const declaration = classAttribute(interpreter, object, "model");
  const site = declaration && siteOfAttribute(declaration, "modelAttribute");
  const rows = rowsOfModel(interpreter, value.model, node);
  return site ? { ...rows, origin: { sites: [site], holder: declaration.owner } } : rows;
}

/** All rows, as the default manager gives them. */
export function rowsOfModel(interpreter: Interpreter, model: Model, node: Expression): Queryset {
  const manager = {
    kind: "manager",
    model,
    declaration: model.managers.get(model.defaultManager),
    related: undefined,
    location: interpreter.location(node),
  } as const;
  return interpreter.initialQueryset(manager, node);
}

/** The assignment of a class body that gives the object this attribute; undefined where it has a value of its own. */
function classAttribute(
  { program }: Interpreter,
  object: PlainObject,
  name: string,
): VariableSymbol | undefined {
  if (object.attributes.has(name)) return undefined;
  const member = program.lookupMember(object.symbol, name);
  return member.kind === "found" && member.symbol.kind === "variable" ? member.symbol : undefined;
}

/** The value of the assignment as the place where a queryset begins. Undefined where several values are assigned. */
function siteOfAttribute(attribute: VariableSymbol, kind: OriginSiteKind): OriginSite | undefined {
  const { module, owner, values } = attribute;
  const [node, ...others] = values;
  if (!node || others.length > 0) return undefined;
  return {
    kind,
    node,
    location: { path: module.file.path, range: { start: node.start, end: node.end } },
    symbol: owner ? `${module.name}.${owner.qualifiedName}` : module.name,
    functionId: undefined,
  };
}

/** For the classes of libraries of which nothing else is known. */
export const classQuerysets: Consumer = {
  name: "class-querysets",
  classes: {
    bases: "any",
    callMethod: (interpreter, object, name, _args, node) =>
      name === "get_queryset" ? querysetOfObject(interpreter, object, node) : undefined,
  },
};
