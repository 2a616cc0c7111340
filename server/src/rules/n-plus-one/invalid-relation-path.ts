import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import {
  type InvalidPath,
  type PathOptions,
  type PathResult,
  resolveFieldPath,
  resolveLookup,
  resolvePrefetch,
  resolveSelectRelated,
} from "../../django/lookups.ts";
import type { Model } from "../../django/model-graph.ts";
import type { PythonProgram } from "../../python/program.ts";
import { anyName, type Queryset } from "../../queryset/queryset.ts";
import { mentions } from "../../syntax/mentions.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { declaredPaths, declaringNames, type WrittenPath } from "./declared-paths.ts";
import { usesHistoricalModels } from "./historical-models.ts";
import { isNeverLookedAt } from "./never-looked-at.ts";
import { mayBeUnseen } from "./unseen-names.ts";

export const invalidRelationPath: FactRule = {
  kind: "facts",
  code: "QS122",
  name: "invalid-relation-path",
  summary: "A lookup path names no relation or field of the model",
  level: "error",
  fix: "suggestion",
  stage: 2,
  run(context) {
    const registeredLookups = lookupsRegisteredBy(context.project.program);
    const isUnseen = mayBeUnseen(context.project);
    const uses = groupBy(namedPaths(context), ({ location, lookup }) => `${placeKey(location)} ${lookup}`);
    return [...uses.values()]
      .flatMap((group) => {
        // The same text may stand for several models: it is wrong only where it is wrong for each.
        const wrong = group.flatMap((use) => {
          const result = isUnderstood(use) ? resolve(context, use, registeredLookups) : undefined;
          return result?.kind === "invalid" && !isUnseen(result) ? [result] : [];
        });
        const [use] = group;
        const [path] = wrong;
        if (loadingMethods.has(use.method) && group.every((each) => isNeverLookedAt(context, each)))
          return [];
        if (!path || wrong.length !== group.length || usesHistoricalModels(context, use.location)) return [];
        return [findingOf(context, writtenIn(use), path)];
      })
      .concat(
        declaredPaths(context.project).flatMap(({ path, ...written }) =>
          isUnseen(path) ? [] : [findingOf(context, written, path)],
        ),
      );
  },
};

interface NamedPath {
  readonly symbol: string;
  readonly queryset: Queryset;
  readonly method: string;
  readonly lookup: string;
  readonly location: Location;
}

/** A wrong path with what a finding says of its place. */
function writtenIn({ symbol, queryset, method, lookup, location }: NamedPath): WrittenPath {
  const evidence = stepToQueryset(queryset);
  return { symbol, model: queryset.model, method, lookup, location, evidence, confidence: "certain" };
}

function namedPaths(context: RuleContext): readonly NamedPath[] {
  const loading = factsOfKind(context.facts, "eagerLoading").flatMap(
    ({ symbol, queryset, method, lookups }) =>
      lookups.map(({ lookup, location }) => ({ symbol, queryset, method, lookup, location })),
  );
  const conditions = factsOfKind(context.facts, "lookup").map(({ lookup, ...use }) => ({
    ...use,
    lookup: lookup.replace(/^-/, ""),
  }));
  return [...loading, ...conditions].filter(({ lookup }) => lookup !== "" && lookup !== "?");
}

const loadingMethods: ReadonlySet<string> = new Set(["select_related", "prefetch_related", "only", "defer"]);

/** The queryset's rows are those of the model. What came out of a helper may be another model's on a way not seen. */
function isUnderstood({ method, queryset }: NamedPath): boolean {
  const { unknownOperations, rows, combined, model, origin } = queryset;
  const isSeen = origin.sites.every(
    ({ kind }) => kind !== "helper" && kind !== "ended" && kind !== "attribute" && kind !== "shared",
  );
  const hasColumns = rows === "instances" || (rows !== "raw" && !loadingMethods.has(method));
  return isSeen && hasColumns && !unknownOperations && !combined && model.complete && !model.abstract;
}

function resolve(
  { project: { program, models } }: RuleContext,
  { queryset, method, lookup }: NamedPath,
  registeredLookups: ReadonlySet<string>,
): PathResult {
  const { model, annotations } = queryset;
  const options: PathOptions = { annotations, addsUnknownNames: annotations.has(anyName), registeredLookups };
  switch (method) {
    case "select_related":
      return resolveSelectRelated(models, model, lookup, options);
    case "prefetch_related":
      return resolvePrefetch(models, model, lookup, {
        annotations: new Set([...annotations, ...attributesOfPrefetches(queryset)]),
        hasAttribute: (owner, name) => hasAttribute(program, owner, name),
      });
    case "only":
    case "defer":
      // A generic foreign key is accepted, and does nothing.
      if (model.fields.get(lookup)?.kind === "genericForeignKey")
        return { kind: "unknown", parts: [], index: 0 };
      return resolveFieldPath(models, model, lookup, options);
    default:
      return resolveLookup(models, model, lookup, options);
  }
}

/** A property or method of the class or its bases can be followed by a prefetch; more is not needed to be careful. */
function hasAttribute(program: PythonProgram, { symbol }: Model, name: string): boolean {
  return symbol !== undefined && program.lookupMember(symbol, name).kind === "found";
}

function attributesOfPrefetches(queryset: Queryset): readonly string[] {
  return [...queryset.prefetch.values()].flatMap(({ toAttribute }) => toAttribute ?? []);
}

/** Names of lookups and transforms that the project defines: they can stand behind a relation. */
function lookupsRegisteredBy(program: PythonProgram): ReadonlySet<string> {
  return new Set(
    program.modules
      .filter(({ file }) => mentions(file, "lookup_name"))
      .flatMap((module) => program.classes(module))
      .flatMap((symbol) => {
        const member = program.members(symbol).get("lookup_name");
        if (member?.kind !== "variable") return [];
        return member.values.flatMap((value) => (value.kind === "StringLiteral" ? value.value : []));
      }),
  );
}

const mostChoices = 8;

function findingOf(context: RuleContext, use: WrittenPath, path: InvalidPath): Finding {
  const { method, lookup, location, symbol, confidence, evidence } = use;
  const place = declaringNames.has(method) ? method : `${method}()`;
  const model = context.project.models.model(path.model)?.name ?? path.model;
  const isClose = path.suggestions.length > 0;
  const choices = (isClose ? path.suggestions : path.choices).slice(0, mostChoices).join(", ");
  const list = choices === "" ? "" : `; ${isClose ? "close" : "possible"}: ${choices}`;
  return {
    ...findingBase(invalidRelationPath),
    remedy: "valid-path",
    confidence,
    message: `"${path.name}" in ${place} ${complaint(path, model, place)}${list}.`,
    help: helpFor(method, path),
    location,
    symbol,
    model: use.model.label,
    relationPaths: [lookup],
    origin: location,
    evidence,
    fixes: path.suggestions.flatMap((suggestion, index) =>
      replacement(context, use, path, suggestion, index === 0),
    ),
  };
}

const joining: ReadonlySet<string> = new Set(["select_related()", "list_select_related"]);

function complaint({ problem }: InvalidPath, model: string, place: string): string {
  switch (problem) {
    case "unknownName":
      return `is neither a relation nor a field of ${model}`;
    case "notARelation":
      return `is a column of ${model}, not a relation`;
    case "toMany":
      return `is a relation of ${model} to many rows, which ${place} can't join`;
    case "generic":
      return joining.has(place)
        ? `is a generic foreign key of ${model}, which ${place} can't join`
        : `is a generic foreign key of ${model}, through which no query can look`;
  }
}

function helpFor(method: string, { problem }: InvalidPath): string {
  if (problem === "toMany") return "Use prefetch_related() for relations to many rows.";
  if (problem === "generic") {
    return method === "select_related" || method === "list_select_related"
      ? "Use prefetch_related() for generic relations."
      : "Look at its columns, or add a GenericRelation to the model that it points to.";
  }
  switch (method) {
    case "prefetch_related":
      return problem === "notARelation"
        ? "Django raises ValueError here."
        : "Django raises AttributeError here.";
    case "only":
    case "defer":
      return "Django raises FieldDoesNotExist or FieldError here.";
    case "list_select_related":
      return "Django raises FieldError when the change list is opened.";
    case "search_fields":
      return "Django raises FieldError when somebody searches the change list.";
    case "autocomplete_fields":
    case "date_hierarchy":
    case "list_filter":
    case "ordering":
      return "Django's check of the admin refuses it, or the change list raises FieldError.";
    case "source":
      return "Django REST framework raises AttributeError here, or leaves a field out that is not required.";
    case "in_bulk":
      return "Django raises FieldDoesNotExist here.";
    default:
      return "Django raises FieldError here.";
  }
}

/** None where the lookup is not written at the place of the finding. */
function replacement(
  context: RuleContext,
  { location, lookup, method }: WrittenPath,
  path: InvalidPath,
  suggestion: string,
  preferred: boolean,
): readonly Fix[] {
  const text = context.text(location.path).slice(location.range.start, location.range.end);
  if (text.replace(/^\w*["']{1,3}[-^=@]?|["']{1,3}$/g, "") !== lookup) return [];
  const separator = method === "source" ? "." : "__";
  const names = lookup.split(separator);
  names[path.index] = suggestion;
  return [
    {
      title: `Replace "${path.name}" with "${suggestion}"`,
      safety: "suggestion",
      preferred,
      edits: [
        { path: location.path, range: location.range, newText: text.replace(lookup, names.join(separator)) },
      ],
    },
  ];
}
