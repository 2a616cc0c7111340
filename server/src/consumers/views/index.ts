/** Django's class-based views: what they do with the project's classes, in the order in which Django does it. */
import type { Consumer, EntryPoint } from "../../interpret/consumer.ts";
import { callAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { unknown } from "../../queryset/join.ts";
import { baseMethods } from "./base-methods.ts";
import { dateMethods } from "./date-methods.ts";
import { detailMethods } from "./detail-methods.ts";
import { editMethods } from "./edit-methods.ts";
import { dottedNames, frameworkClassNamed, linearization } from "./framework-classes.ts";
import { listMethods } from "./list-methods.ts";
import {
  callView,
  type FrameworkMethods,
  hasMethod,
  inheritedAttribute,
  ownMethod,
  placeBehind,
} from "./view-calls.ts";

const methods: FrameworkMethods = {
  ...baseMethods,
  ...listMethods,
  ...detailMethods,
  ...editMethods,
  ...dateMethods,
};

/** What `View.setup()` sets for each request. */
const setForRequest: ReadonlySet<string> = new Set(["request", "args", "kwargs"]);

export const classBasedViews: Consumer = {
  name: "class-based-views",
  classes: {
    bases: dottedNames,
    callMethod: (interpreter, view, name, args, node, after) => {
      const start = after ? placeBehind(interpreter.program, view.symbol, after) : 0;
      return callView(interpreter, methods, view, name, args, node, start);
    },
    readAttribute: (interpreter, view, name) =>
      setForRequest.has(name) ? unknown : inheritedAttribute(interpreter, view.symbol, name),
    hides: (base, name) => {
      const className = frameworkClassNamed(base);
      return (
        className !== undefined &&
        linearization(className).some((entry) => ownMethod(methods, entry, name) !== undefined)
      );
    },
    entryPoints: (interpreter, symbol) => {
      const page = pageOfView(interpreter, symbol);
      return page ? [page] : [];
    },
  },
};

/** The answer to a GET request. Undefined for classes that answer none. */
function pageOfView(interpreter: Interpreter, symbol: ClassSymbol): EntryPoint | undefined {
  if (!hasMethod(interpreter, methods, symbol, "dispatch") || !hasMethod(interpreter, methods, symbol, "get"))
    return undefined;
  const { module, node } = symbol;
  return {
    symbol: `${module.name}.${symbol.qualifiedName}.get`,
    location: { path: module.file.path, range: { start: node.name.start, end: node.name.end } },
    context: "request",
    run: () => {
      const view = interpreter.newObject(symbol);
      const request = { positional: [unknown], keywords: new Map(), open: true };
      for (const name of ["setup", "dispatch"]) {
        callView(interpreter, methods, view, name, request, callAt(node.name, name));
      }
    },
  };
}
