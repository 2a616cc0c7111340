import { groupBy } from "../../base/group-by.ts";
import type { TextRange } from "../../base/text-range.ts";
import type { RelationRead } from "../../interpret/facts.ts";
import { isDeferred, pathKey } from "../../queryset/coverage.ts";
import type { Expression } from "../../syntax/ast.ts";
import { classOf, scoreOfRead } from "../confidence.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, lastSite, placeKey, stepsTo } from "../finding-parts.ts";
import { isPython } from "../is-python.ts";
import { multiplicityOf, queryEstimate } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { raisesInCoroutine, raisesInCoroutineText } from "./coroutine-reads.ts";

export const fkIdViaInstance: FactRule = {
  kind: "facts",
  code: "QS116",
  name: "fk-id-via-instance",
  summary: "The related row is loaded only to read its primary key",
  level: "info",
  fix: "safe",
  stage: 2,
  run(context) {
    const reads = factsOfKind(context.facts, "relationRead");
    const loadedAnyway = new Set(reads.filter(({ keyOnly }) => !keyOnly).map(rowsAndPath));
    const candidates = reads.filter(
      (read) =>
        read.keyOnly && !read.exceptional && keyIsInTheRow(read) && !loadedAnyway.has(rowsAndPath(read)),
    );
    return [...groupBy(candidates, ({ location }) => placeKey(location)).values()].map((group) =>
      findingOf(context, mostRepeated(group)),
    );
  },
};

/** The same relation of the same variable's rows, in the same function. */
function rowsAndPath(read: RelationRead): string {
  const site = lastSite(read.queryset);
  return `${site ? placeKey(site.location) : `${read.symbol}:${read.queryset.model.label}`}:${pathKey(read.path)}`;
}

/** The foreign key holds the related row's primary key, and its column is loaded. */
function keyIsInTheRow({ relation, queryset, path }: RelationRead): boolean {
  const { field } = relation;
  return (
    field.toField === undefined && !isDeferred(queryset, path.slice(0, -1), [field.name, field.attributeName])
  );
}

function mostRepeated(group: readonly [RelationRead, ...RelationRead[]]): RelationRead {
  return group.reduce((best, read) => (read.loops.length > best.loops.length ? read : best));
}

function findingOf(context: RuleContext, read: RelationRead): Finding {
  const multiplicity = read.comesWithLazyLoad ? undefined : multiplicityOf(read.loops);
  const { field } = read.relation;
  const site = lastSite(read.queryset);
  const raises = raisesInCoroutine(read);
  return {
    ...findingBase(fkIdViaInstance),
    level: raises ? "error" : multiplicity ? "warning" : read.comparedWith ? "hint" : "info",
    remedy: "column-instead-of-relation",
    confidence: classOf(scoreOfRead(read) * (read.callerMayLoad ? 0.7 : 1)),
    message: raises
      ? `"${read.text}" is not loaded, and ${raisesInCoroutineText}`
      : `"${read.text}" ${read.comesWithLazyLoad ? "goes through" : "loads"} the related row for a key that "${field.attributeName}" already holds.`,
    help: `Read "${field.attributeName}" instead.`,
    location: read.location,
    symbol: read.symbol,
    model: read.relation.model,
    relationPaths: [pathKey(read.path)],
    origin: read.location,
    accesses: [{ location: read.location, relationPath: pathKey(read.path), code: fkIdViaInstance.code }],
    evidence: [
      ...(site
        ? [{ message: `The queryset of ${read.queryset.model.name} is built here`, location: site.location }]
        : []),
      ...stepsTo(read),
      { message: `Reads ${read.text}`, location: read.location },
    ],
    queries:
      multiplicity && !raises ? queryEstimate({ base: 1, terms: [multiplicity] }, { base: 1 }) : undefined,
    fixes: fixesOf(context, read),
  };
}

/** `project.id` of `task.project.id`, also where a declaration has it in a string: `source="project.id"`. */
function rangeOfKey(context: RuleContext, { node, location }: RelationRead): TextRange | undefined {
  const { end } = node;
  if (node.kind === "Attribute") {
    return node.value.kind === "Attribute" ? { start: node.value.attribute.start, end } : undefined;
  }
  const text = context.text(location.path).slice(node.start, end);
  const [names] = /\w+\.\w+$/.exec(text) ?? [];
  return node.kind === "Name" && names !== undefined ? { start: end - names.length, end } : undefined;
}

function fixesOf(context: RuleContext, read: RelationRead): readonly Fix[] {
  const { location, relation } = read;
  if (read.comparedWith) return comparisonFixes(read, read.comparedWith);
  const { attributeName } = relation.field;
  const range = rangeOfKey(context, read);
  if (!range) return [];
  // A comment between the two attributes would be lost.
  if (context.text(location.path).slice(range.start, range.end).includes("#")) return [];
  return [
    {
      title: `Replace with "${attributeName}"${relation.nullable ? ` (${withoutRow(read)} where there is no row)` : ""}`,
      safety: relation.nullable ? "unsafe" : "safe",
      preferred: true,
      edits: [{ path: location.path, range, newText: attributeName }],
    },
  ];
}

function withoutRow({ location }: RelationRead): string {
  return isPython(location) ? "None instead of AttributeError" : "prints None instead of nothing";
}

/** `project.owner == user` becomes `project.owner_id == user.pk`. */
function comparisonFixes({ node, location, relation }: RelationRead, other: Expression): readonly Fix[] {
  if (node.kind !== "Attribute" || (other.kind !== "Name" && other.kind !== "Attribute")) return [];
  const { attributeName } = relation.field;
  return [
    {
      title: `Compare "${attributeName}" with the other row's key`,
      // Where the key is null and the other row is not saved, None would equal None.
      safety: relation.nullable ? "unsafe" : "safe",
      preferred: true,
      edits: [
        {
          path: location.path,
          range: { start: node.attribute.start, end: node.attribute.end },
          newText: attributeName,
        },
        { path: location.path, range: { start: other.end, end: other.end }, newText: ".pk" },
      ],
    },
  ];
}
