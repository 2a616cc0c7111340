/**
 * Classes that name a template and leave the rendering to a base class of the project: panels, plugins, components. The
 * base class knows neither the template nor the context; only with the derived class does the method say what it reads.
 */
import type { Consumer, EntryPoint } from "../../interpret/consumer.ts";
import { callAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import { walkExpressions } from "../../syntax/walk.ts";

const attributeName = "template_name";

/** @param isDriven classes that a framework renders by itself */
export function inheritedRendering(isDriven: ReadonlySet<string>): Consumer {
  return {
    name: "inherited-rendering",
    classes: {
      bases: "any",
      entryPoints: (interpreter, symbol) => {
        const { program } = interpreter;
        if (program.members(symbol).get(attributeName)?.kind !== "variable") return [];
        if (program.derivesFrom(symbol, isDriven)) return [];
        const method = renderingMethod(interpreter, symbol);
        return method ? [entryPoint(interpreter, symbol, method)] : [];
      },
    },
  };
}

/** The first method of a base class in the project, not overridden, that asks for `self.template_name`. */
function renderingMethod({ program }: Interpreter, symbol: ClassSymbol): FunctionSymbol | undefined {
  const overridden = new Set(program.members(symbol).keys());
  for (const base of program.mro(symbol).slice(1)) {
    if (base.kind !== "class") continue;
    for (const [name, member] of program.members(base)) {
      if (overridden.has(name)) continue;
      overridden.add(name);
      if (member.kind === "function" && asksForTemplate(member)) return member;
    }
  }
  return undefined;
}

const known = new WeakMap<FunctionSymbol["node"], boolean>();

function asksForTemplate({ node }: FunctionSymbol): boolean {
  let asks = known.get(node);
  if (asks === undefined) {
    asks = false;
    for (const statement of node.body) {
      walkExpressions(statement, (each) => {
        asks ||= each.kind === "Attribute" && each.attribute.name === attributeName;
        return !asks;
      });
    }
    known.set(node, asks);
  }
  return asks;
}

function entryPoint(interpreter: Interpreter, symbol: ClassSymbol, method: FunctionSymbol): EntryPoint {
  const { module, node } = symbol;
  return {
    symbol: `${module.name}.${symbol.qualifiedName}.${method.name}`,
    location: { path: module.file.path, range: { start: node.name.start, end: node.name.end } },
    context: "other",
    run: () => {
      const callee = interpreter.functionValue(method, interpreter.newObject(symbol));
      const positional = method.node.parameters
        .slice(1)
        .flatMap(({ form }) => (isPositional(form) ? [unknown] : []));
      const args = { positional, keywords: new Map(), open: true };
      interpreter.callFunction(callee, args, callAt(node.name, method.name), "framework");
    },
  };
}

function isPositional(form: FunctionSymbol["node"]["parameters"][number]["form"]): boolean {
  return form === "positionalOnly" || form === "positionalOrKeyword";
}
