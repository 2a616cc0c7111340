import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import {
  type InvalidPath,
  type PathResult,
  resolveFieldPath,
  resolveLookup,
  resolvePrefetch,
  resolveSelectRelated,
} from "../../django/lookups.ts";
import type { Model, ModelGraph } from "../../django/model-graph.ts";
import type { FactContext } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export const invalidRelationPath: FactRule = {
  kind: "facts",
  code: "QS122",
  name: "invalid-relation-path",
  summary: "A lookup path names no relation or field of the model",
  level: "error",
  fix: "suggestion",
  stage: 2,
  run(context) {
    const uses = namedPaths(context).filter(({ queryset }) => isUnderstood(queryset));
    return [...groupBy(uses, ({ location }) => placeKey(location)).values()].flatMap((group) => {
      // The same text may stand for several models: it is wrong only where it is wrong for each.
      const results = group.map((use) => ({ use, result: resolve(context.project.models, use) }));
      const [first] = results;
      if (!first || !results.every(({ result }) => result.kind === "invalid")) return [];
      return first.result.kind === "invalid" ? [findingOf(context, first.use, first.result)] : [];
    });
  },
};

interface NamedPath {
  readonly context: FactContext;
  readonly queryset: Queryset;
  readonly method: string;
  readonly lookup: string;
  readonly location: Location;
}

function namedPaths(context: RuleContext): readonly NamedPath[] {
  const loading = factsOfKind(context.facts, "eagerLoading").flatMap((call) =>
    call.lookups.map(({ lookup, location }) => ({
      context: call,
      queryset: call.queryset,
      method: call.method,
      lookup,
      location,
    })),
  );
  const conditions = factsOfKind(context.facts, "lookup").map((use) => ({
    context: use,
    queryset: use.queryset,
    method: use.method,
    lookup: use.lookup.replace(/^[-+]/, ""),
    location: use.location,
  }));
  return [...loading, ...conditions].filter(({ lookup }) => lookup !== "" && lookup !== "?");
}

/**
 * Every name that the queryset adds is known, and its rows are those of the model. What came out of a helper may have
 * been another model's on a way that was not seen.
 */
function isUnderstood({ unknownOperations, rows, combined, model, origin }: Queryset): boolean {
  const isSeen = origin.sites.every(({ kind }) => kind !== "helper" && kind !== "attribute");
  return (
    isSeen && !unknownOperations && !combined && rows === "instances" && model.complete && !model.abstract
  );
}

function resolve(graph: ModelGraph, { queryset, method, lookup }: NamedPath): PathResult {
  const { model, annotations } = queryset;
  switch (method) {
    case "select_related":
      return resolveSelectRelated(graph, model, lookup, { annotations });
    case "prefetch_related": {
      const attributes = new Set([...annotations, ...attributesOfPrefetches(queryset)]);
      return resolvePrefetch(graph, model, lookup, { annotations: attributes, hasAttribute });
    }
    case "only":
    case "defer":
      // A generic foreign key is accepted, and does nothing.
      if (model.fields.get(lookup)?.kind === "genericForeignKey")
        return { kind: "unknown", parts: [], index: 0 };
      return resolveFieldPath(graph, model, lookup, { annotations });
    default:
      return resolveLookup(graph, model, lookup, { annotations });
  }
}

/** A property or method that the class defines can be followed by a prefetch; more is not needed to be careful. */
function hasAttribute(model: Model, name: string): boolean {
  const body = model.symbol?.node.body ?? [];
  return body.some(
    (statement) =>
      (statement.kind === "FunctionDef" && statement.name.name === name) ||
      (statement.kind === "Assign" &&
        statement.targets.some((target) => target.kind === "Name" && target.name === name)),
  );
}

function attributesOfPrefetches(queryset: Queryset): readonly string[] {
  return [...queryset.prefetch.values()].flatMap(({ toAttribute }) => toAttribute ?? []);
}

function findingOf(context: RuleContext, use: NamedPath, path: InvalidPath): Finding {
  const { method, lookup, location, queryset } = use;
  const model = context.project.models.model(path.model)?.name ?? path.model;
  const choices = (path.suggestions.length > 0 ? path.suggestions : path.choices).slice(0, 8);
  return {
    ...findingBase(invalidRelationPath),
    remedy: "valid-path",
    confidence: "certain",
    message: `"${path.name}" in ${method}() ${complaint(path, model)}${choices.length > 0 ? `; ${path.suggestions.length > 0 ? "close" : "possible"}: ${choices.join(", ")}` : ""}.`,
    help:
      path.problem === "toMany"
        ? "Use prefetch_related() for relations to many rows."
        : "Django raises FieldError or AttributeError here.",
    location,
    symbol: use.context.symbol,
    model: queryset.model.label,
    relationPaths: [lookup],
    origin: location,
    evidence: [],
    fixes: path.suggestions.map((suggestion, index) =>
      replacement(context, use, path, suggestion, index === 0),
    ),
  };
}

function complaint({ problem }: InvalidPath, model: string): string {
  switch (problem) {
    case "unknownName":
      return `is neither a relation nor a field of ${model}`;
    case "notARelation":
      return `is a column of ${model}, not a relation`;
    case "toMany":
      return `leads to many rows of ${model}, which select_related() can't join`;
    case "generic":
      return `is a generic foreign key of ${model}, which select_related() can't join`;
  }
}

function replacement(
  context: RuleContext,
  { location, lookup }: NamedPath,
  path: InvalidPath,
  suggestion: string,
  preferred: boolean,
): Fix {
  const text = context.text(location.path).slice(location.range.start, location.range.end);
  const names = lookup.split("__");
  names[path.index] = suggestion;
  return {
    title: `Replace "${path.name}" with "${suggestion}"`,
    safety: "suggestion",
    preferred,
    edits: [{ path: location.path, range: location.range, newText: text.replace(lookup, names.join("__")) }],
  };
}
