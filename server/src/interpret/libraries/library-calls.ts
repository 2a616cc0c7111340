/** Functions and classes of Django and the standard library that pass querysets or rows on. */

import { joinAll, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { conditionOf } from "../../queryset/row-facts.ts";
import type { Condition, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import type { LibraryFunction } from "../consumer.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { noArguments, noKeywords } from "../language/arguments.ts";
import { sizeOf } from "../language/builtins.ts";
import { variesOfArguments } from "../language/functions.ts";
import { attributeGetter, callWithElement, mapOver } from "../language/iteration-calls.ts";
import { collectionOf } from "../make-values.ts";
import { siteAt } from "../querysets/origins.ts";
import { querysetMadeBy } from "../querysets/queryset-classes.ts";
import { callQuerysetMethod, collectRows } from "../querysets/querysets.ts";
import { mayWrite } from "../querysets/repeated-queries.ts";
import { recordRowList } from "../querysets/row-lists.ts";
import { markHandedOver } from "../rows/assignments.ts";
import { callBlockingFunction } from "./blocking-calls.ts";
import { figure, libraryCall } from "./blocking-functions.ts";
import { callCache } from "./caches.ts";
import { uploadedFile, uploadedFiles } from "./file-values.ts";
import { loggingFunctions } from "./logging.ts";
import { prefetchRelatedObjects } from "./prefetch-related-objects.ts";
import { subquery } from "./subqueries.ts";
import { taskFunctions } from "./tasks.ts";

/** A model class, manager or queryset as the queryset that `get_object_or_404` and its like work on. */
function asQueryset(interpreter: Interpreter, value: Value | undefined, node: Call): Queryset | undefined {
  const argument = node.arguments[0] ?? node;
  if (value?.kind === "queryset") return value;
  if (value?.kind === "manager") return interpreter.initialQueryset(value, argument);
  if (value?.kind === "class" && value.model) {
    const { model } = value;
    const declaration = model.managers.get(model.defaultManager);
    const initial = interpreter.initialQueryset(
      { kind: "manager", model, declaration, related: undefined, location: interpreter.location(argument) },
      argument,
    );
    return { ...initial, origin: { sites: [siteAt(interpreter, argument, "model")] } };
  }
  return undefined;
}

const getObject: LibraryFunction = (interpreter, args, node) => {
  const queryset = asQueryset(interpreter, args.positional[0], node);
  if (!queryset) return unknownVarying(variesOfArguments(args));
  const object = callQuerysetMethod(
    interpreter,
    queryset,
    "get",
    { ...args, positional: args.positional.slice(1) },
    node,
  );
  if (object.kind !== "instance" || object.source === undefined) return object;
  // What can be edited is the queryset or class that was passed, not the call.
  const source = { ...object.source, queryset: { ...object.source.queryset, origin: queryset.origin } };
  return { ...object, source };
};

const getList: LibraryFunction = (interpreter, args, node) => {
  const queryset = asQueryset(interpreter, args.positional[0], node);
  if (!queryset) return unknownVarying(variesOfArguments(args));
  const filtered = callQuerysetMethod(
    interpreter,
    queryset,
    "filter",
    { ...args, positional: args.positional.slice(1) },
    node,
  );
  return filtered.kind === "queryset"
    ? collectRows(interpreter, { ...filtered, origin: queryset.origin }, node)
    : unknown;
};

const prefetchObject: LibraryFunction = (_interpreter, args) => {
  const lookup = args.positional[0] ?? args.keywords.get("lookup");
  const queryset = args.positional[1] ?? args.keywords.get("queryset");
  const toAttribute = args.positional[2] ?? args.keywords.get("to_attr");
  if (lookup?.kind !== "literal" || typeof lookup.value !== "string") return unknown;
  return {
    kind: "prefetch",
    lookup: lookup.value,
    queryset: queryset?.kind === "queryset" ? queryset : undefined,
    toAttribute:
      toAttribute?.kind === "literal" && typeof toAttribute.value === "string"
        ? toAttribute.value
        : undefined,
  };
};

const conditionObject: LibraryFunction = (_interpreter, args) => {
  const parts = [
    ...args.positional.map(conditionOf),
    ...[...args.keywords].map(([lookup, value]): Condition => ({ kind: "lookup", lookup, value })),
  ];
  const varies = variesOfArguments(args);
  // `_connector`, `_negated`
  const isPlain = !args.open && [...args.keywords.keys()].every((name) => !name.startsWith("_"));
  return isPlain ? { kind: "unknown", varies, condition: { kind: "all", parts } } : unknownVarying(varies);
};

const querysetObject: LibraryFunction = (interpreter, args, node) =>
  querysetMadeBy(interpreter, undefined, args, node) ?? unknown;

const paginator: LibraryFunction = (interpreter, args, node) => {
  const given = args.positional[0] ?? args.keywords.get("object_list");
  const size = args.positional[1] ?? args.keywords.get("per_page");
  if (!given) return unknown;
  const rows =
    given.kind === "manager" ? interpreter.initialQueryset(given, node.arguments[0] ?? node) : given;
  recordRowList(interpreter, rows, node, { by: "paginator", pages: { kind: "pages" }, view: undefined });
  return {
    kind: "page",
    rows,
    size: size?.kind === "literal" && typeof size.value === "number" ? size.value : undefined,
    paginator: true,
  };
};

const passFirst: LibraryFunction = (_interpreter, args) => args.positional[0] ?? unknown;
const passSecond: LibraryFunction = (_interpreter, args) => args.positional[1] ?? unknown;

/** Calls the function that it is given, with no arguments. */
const callLater: LibraryFunction = (interpreter, args, node) => {
  const [callee] = args.positional;
  if (callee) interpreter.call(callee, noArguments, node);
  return unknown;
};

const partial: LibraryFunction = (_interpreter, args) => {
  const [callee, ...bound] = args.positional;
  if (callee?.kind === "external" && libraryCall(callee.name)?.operation === "email") return callee;
  return callee?.kind === "function"
    ? { ...callee, boundArguments: [...callee.boundArguments, ...bound] }
    : unknown;
};

/** Calls the function with what came out so far and one element after the other. What comes out is not followed. */
const reduce: LibraryFunction = (interpreter, args, node) => {
  const [callee, source] = args.positional;
  if (!callee || !source) return unknown;
  interpreter.inLoop(source, node, node, (element) => {
    interpreter.call(callee, { positional: [unknown, element], keywords: noKeywords, open: false }, node);
  });
  return unknownVarying(variesOfArguments(args));
};

const chain: LibraryFunction = (interpreter, args, node) => {
  const elements = args.positional.map((source, index) =>
    interpreter.iterate(source, node.arguments[index] ?? node),
  );
  const rows = args.positional.some((source) => sizeOf(source).kind === "rows");
  return collectionOf(joinAll(elements), rows ? { kind: "rows" } : { kind: "unknown" });
};

const batches: LibraryFunction = (interpreter, args, node) => {
  const [source] = args.positional;
  const [sourceNode] = node.arguments;
  if (!source || !sourceNode) return unknown;
  const element = interpreter.iterate(source, sourceNode);
  return collectionOf(collectionOf(element, { kind: "rows" }), { kind: "batches" });
};

const groupBy: LibraryFunction = (interpreter, args, node) => {
  const [source] = args.positional;
  const key = args.positional[1] ?? args.keywords.get("key");
  const [sourceNode] = node.arguments;
  if (!source || !sourceNode) return unknown;
  const copy =
    source.kind === "collection"
      ? source
      : collectionOf(interpreter.iterate(source, sourceNode), sizeOf(source), variesOf(source));
  const keyValue = key ? mapOver(interpreter, key, copy, node) : copy.element;
  const group = collectionOf(copy.element, { kind: "rows" });
  return collectionOf(
    {
      kind: "collection",
      element: unknown,
      items: [keyValue, group],
      size: { kind: "constant", count: 2 },
      varies: noLoops,
    },
    { kind: "rows" },
  );
};

const userModel: LibraryFunction = (interpreter) => {
  const model = interpreter.models.userModel;
  return model ? { kind: "class", symbol: model.symbol, model } : unknown;
};

/** `apps.get_model("app", "Model")`, `get_model("app.Model")`. */
const getModel: LibraryFunction = (interpreter, args) => modelNamed(interpreter, args) ?? unknown;

export function modelNamed(interpreter: Interpreter, args: Arguments): Value | undefined {
  const names = args.positional.map((value) => (value.kind === "literal" ? String(value.value) : undefined));
  const label = names.length > 1 ? `${names[0]}.${names[1]}` : names[0];
  if (label === undefined || names.includes(undefined)) return undefined;
  const model = interpreter.models.model(label) ?? findIgnoringCase(interpreter, label);
  return model ? { kind: "class", symbol: model.symbol, model } : undefined;
}

function findIgnoringCase(interpreter: Interpreter, label: string) {
  const name = label.slice(label.lastIndexOf(".") + 1).toLowerCase();
  const app = label.slice(0, label.lastIndexOf("."));
  for (const model of interpreter.models.models.values()) {
    if (model.appLabel === app && model.name.toLowerCase() === name) return model;
  }
  return undefined;
}

/** `random.choice(tasks)` asks for the length of the rows and takes one: a queryset fetches all of them for that. */
const chosenElement: LibraryFunction = (interpreter, args, node) => {
  const [rows] = args.positional;
  const [argument] = node.arguments;
  if (rows?.kind !== "queryset" || !argument) return unknownVarying(variesOfArguments(args));
  const collected = collectRows(interpreter, rows, argument);
  return collected.kind === "collection" ? collected.element : unknown;
};

const functions: Readonly<Record<string, LibraryFunction>> = {
  "django.shortcuts.get_object_or_404": getObject,
  "django.shortcuts.aget_object_or_404": getObject,
  "rest_framework.generics.get_object_or_404": getObject,
  "django.shortcuts.get_list_or_404": getList,
  "django.shortcuts.aget_list_or_404": getList,
  "django.db.models.QuerySet": querysetObject,
  "django.db.models.query.QuerySet": querysetObject,
  "django.db.models.Q": conditionObject,
  "django.db.models.query_utils.Q": conditionObject,
  "django.db.models.Subquery": subquery,
  "django.db.models.expressions.Subquery": subquery,
  "django.db.models.Prefetch": prefetchObject,
  "django.db.models.query.Prefetch": prefetchObject,
  "django.contrib.contenttypes.prefetch.GenericPrefetch": prefetchObject,
  "django.db.models.prefetch_related_objects": prefetchRelatedObjects,
  "django.db.models.query.prefetch_related_objects": prefetchRelatedObjects,
  "django.core.paginator.Paginator": paginator,
  "django.contrib.auth.get_user_model": userModel,
  "django.apps.apps.get_model": getModel,
  // Until Django 1.9.
  "django.db.models.get_model": getModel,
  "django.db.models.loading.get_model": getModel,
  "django.apps.apps.get_models": () => collectionOf(unknown, { kind: "constant", count: 0 }),
  "django.apps.apps.get_app_configs": () => collectionOf(unknown, { kind: "constant", count: 0 }),
  "django.db.transaction.on_commit": callLater,
  "functools.partial": partial,
  "functools.reduce": reduce,
  "six.moves.reduce": reduce,
  "django.utils.six.moves.reduce": reduce,
  "random.choice": chosenElement,
  "typing.cast": passSecond,
  [`${uploadedFiles.name}.getlist`]: () => collectionOf(uploadedFile, { kind: "unknown" }),
  "copy.copy": passFirst,
  "copy.deepcopy": passFirst,
  "matplotlib.pyplot.subplots": () => ({
    ...collectionOf(unknown, { kind: "constant", count: 2 }),
    items: [figure, unknown],
  }),
  "itertools.chain": chain,
  "itertools.islice": passFirst,
  "itertools.batched": batches,
  "more_itertools.chunked": batches,
  "more_itertools.batched": batches,
  "itertools.groupby": groupBy,
  "operator.attrgetter": (_interpreter, { positional }) => {
    const names = {
      ...collectionOf(unknown, { kind: "constant", count: positional.length }),
      items: positional,
    };
    return mappingOf(new Map([[attributeGetter, names]]), { size: { kind: "unknown" } });
  },
  "collections.defaultdict": () => emptyMapping(),
  "collections.OrderedDict": () => emptyMapping(),
  "collections.deque": (interpreter, args, node) => {
    const [source] = args.positional;
    const [sourceNode] = node.arguments;
    return source && sourceNode
      ? collectionOf(interpreter.iterate(source, sourceNode), sizeOf(source))
      : {
          kind: "collection",
          element: unknown,
          items: [],
          size: { kind: "constant", count: 0 },
          varies: noLoops,
        };
  },
  "asgiref.sync.sync_to_async": passFirst,
  "asgiref.sync.async_to_sync": passFirst,
  ...loggingFunctions,
  ...taskFunctions,
};

function emptyMapping(): Value {
  return mappingOf(new Map(), { size: { kind: "unknown" } });
}

export function callLibraryFunction(
  interpreter: Interpreter,
  name: string,
  args: Arguments,
  node: Call,
): Value {
  const known =
    interpreter.consumers.function(name) ?? (Object.hasOwn(functions, name) ? functions[name] : undefined);
  if (known) return known(interpreter, args, node);
  const object = callBlockingFunction(interpreter, name, args, node);
  if (object) return object;
  const cached = callCache(interpreter, name, args, node);
  if (cached) return cached;
  for (const value of args.positional) {
    // A lambda handed to a library may be called with anything.
    if (value.kind === "function" && value.node.kind === "Lambda")
      callWithElement(interpreter, value, unknown, node);
  }
  if (mayWrite.test(name.slice(name.lastIndexOf(".") + 1))) interpreter.writes += 1;
  if (!name.startsWith("django.contrib.messages.")) markHandedOver(args);
  return unknownVarying(variesOfArguments(args));
}
