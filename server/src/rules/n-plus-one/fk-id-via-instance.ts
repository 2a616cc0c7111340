import { groupBy } from "../../base/group-by.ts";
import type { TextRange } from "../../base/text-range.ts";
import type { RelationRead } from "../../interpret/facts.ts";
import { isDeferred, pathKey } from "../../queryset/coverage.ts";
import type { Expression } from "../../syntax/ast.ts";
import { classOf, scoreOfRead } from "../confidence.ts";
import type { FileEdit, Finding, Fix } from "../finding.ts";
import { findingBase, lastSite, otherReads, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
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
    return readTogether(candidates).map((places) => findingOf(context, places));
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

/**
 * A read at each place in the source. Reads of one row's relation belong together: while one of them goes through the
 * related row, that row is loaded.
 */
function readTogether(candidates: readonly RelationRead[]): readonly NonEmpty<RelationRead>[] {
  const places = groupBy(candidates, ({ location }) => placeKey(location));
  const byRows = groupBy(candidates, rowsAndPath);
  const done = new Set<string>();
  const groups: NonEmpty<RelationRead>[] = [];
  for (const [place, reads] of places) {
    if (done.has(place)) continue;
    done.add(place);
    const group: NonEmpty<RelationRead> = [mostRepeated(reads)];
    const pending: RelationRead[] = [...reads];
    for (const read of pending) {
      for (const other of byRows.get(rowsAndPath(read)) ?? []) {
        const key = placeKey(other.location);
        const there = places.get(key);
        if (done.has(key) || !there) continue;
        done.add(key);
        group.push(mostRepeated(there));
        pending.push(...there);
      }
    }
    groups.push(group);
  }
  return groups;
}

type NonEmpty<T> = [T, ...T[]];

function mostRepeated(group: readonly [RelationRead, ...RelationRead[]]): RelationRead {
  return group.reduce((best, read) => (read.loops.length > best.loops.length ? read : best));
}

function findingOf(context: RuleContext, places: NonEmpty<RelationRead>): Finding {
  const read = mostRepeated(places);
  const multiplicity = read.comesWithLazyLoad ? undefined : multiplicityOf(read.loops);
  const { field } = read.relation;
  const raises = raisesInCoroutine(read);
  const others = otherReads(places.length);
  return {
    ...findingBase(fkIdViaInstance),
    level: raises ? "error" : multiplicity ? "warning" : read.comparedWith ? "hint" : "info",
    remedy: "column-instead-of-relation",
    confidence: classOf(scoreOfRead(read) * (read.callerMayLoad ? 0.7 : 1)),
    message: raises
      ? `"${read.text}" is not loaded, and ${raisesInCoroutineText}`
      : `"${read.text}"${others} ${read.comesWithLazyLoad ? "goes through" : "loads"} the related row for a key that "${field.attributeName}" already holds.`,
    help: `Read "${field.attributeName}" instead.`,
    location: read.location,
    symbol: read.symbol,
    model: read.relation.model,
    relationPaths: [pathKey(read.path)],
    origin: read.location,
    accesses: places.map(({ location, path }) => ({
      location,
      relationPath: pathKey(path),
      code: fkIdViaInstance.code,
    })),
    evidence: [
      ...(lastSite(read.queryset) ? stepToQueryset(read.queryset) : stepToRow(context, read)),
      ...stepsTo(read),
      ...places.map(({ text, location }) => ({ message: `Reads ${text}`, location })),
    ],
    queries:
      multiplicity && !raises ? queryEstimate({ base: 1, terms: [multiplicity] }, { base: 1 }) : undefined,
    fixes: fixesOf(context, places),
  };
}

/** No expression of the code has loaded the row: `request.user`, a parameter. */
function stepToRow(context: RuleContext, { location, node, queryset }: RelationRead): Finding["evidence"] {
  const holder = node.kind === "Attribute" && node.value.kind === "Attribute" ? node.value.value : undefined;
  if (!holder) return [];
  const range = { start: holder.start, end: holder.end };
  const text = context.text(location.path).slice(range.start, range.end);
  return [{ message: `"${text}" is a row of ${queryset.model.name}`, location: { ...location, range } }];
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

/** All reads at once: one that stayed would load the row all the same. */
function fixesOf(context: RuleContext, places: NonEmpty<RelationRead>): readonly Fix[] {
  const edits: FileEdit[] = [];
  for (const read of places) {
    const own = read.comparedWith ? comparisonEdits(read, read.comparedWith) : keyEdits(context, read);
    if (own.length === 0) return [];
    edits.push(...own);
  }
  const [first] = places;
  const { attributeName } = first.relation.field;
  const key = places.find(({ comparedWith }) => !comparedWith);
  const nullable = places.find(({ relation }) => relation.nullable);
  const withoutRow = key?.relation.nullable ? ` (${resultWithoutRow(key)} where there is no row)` : "";
  return [
    {
      title: key
        ? `Replace with "${attributeName}"${withoutRow}`
        : `Compare "${attributeName}" with the other row's key`,
      // Where the key is null and the other row is not saved, None would equal None.
      safety: nullable ? "unsafe" : "safe",
      preferred: true,
      edits,
    },
  ];
}

function keyEdits(context: RuleContext, read: RelationRead): readonly FileEdit[] {
  const { location, relation } = read;
  const range = rangeOfKey(context, read);
  // A comment between the two attributes would be lost.
  if (!range || context.text(location.path).slice(range.start, range.end).includes("#")) return [];
  return [{ path: location.path, range, newText: relation.field.attributeName }];
}

function resultWithoutRow({ location }: RelationRead): string {
  return isPython(location) ? "None instead of AttributeError" : "prints None instead of nothing";
}

/** `project.owner == user` becomes `project.owner_id == user.pk`. */
function comparisonEdits({ node, location, relation }: RelationRead, other: Expression): readonly FileEdit[] {
  if (node.kind !== "Attribute" || (other.kind !== "Name" && other.kind !== "Attribute")) return [];
  const { attributeName } = relation.field;
  return [
    {
      path: location.path,
      range: { start: node.attribute.start, end: node.attribute.end },
      newText: attributeName,
    },
    { path: location.path, range: { start: other.end, end: other.end }, newText: ".pk" },
  ];
}
