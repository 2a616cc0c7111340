import { groupBy } from "../../base/group-by.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { plainColumns } from "../../django/plain-columns.ts";
import type { OwnWrite } from "../../interpret/facts.ts";
import type { Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { atMostHigh, classOf, scoreOfContext } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { savesOfIncrements } from "./saved-increment.ts";
import { sideEffectsOf } from "./side-effects.ts";
import { functionAround } from "./syntax-queries.ts";
import { updateFieldsFix } from "./update-fields-fix.ts";
import { unionOf, type WrittenFields, writtenFields } from "./written-fields.ts";

export const saveWithoutUpdateFields: FactRule = {
  kind: "facts",
  code: "QS309",
  name: "save-without-update-fields",
  summary: "A save() writes all columns of a row of which the code has changed one to three",
  level: "hint",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const known = savesOfIncrements(context);
    const saves = factsOfKind(context.facts, "singleWrite").flatMap(({ write }) =>
      write?.operation === "save" && !known.has(`${write.location.path}:${write.location.range.end}`)
        ? [write]
        : [],
    );
    return [...groupBy(saves, ({ location }) => placeKey(location)).values()].flatMap((group) => {
      const written = group.every(isLoadedRow) ? writtenOnAnyWay(context, group) : undefined;
      return written ? findingsOf(context, group, written) : [];
    });
  },
};

type KnownFields = Extract<WrittenFields, { kind: "known" }>;

/** A row of which the function has loaded all columns. */
function isLoadedRow({ receiver, isNew }: OwnWrite): boolean {
  return (
    receiver.kind === "instance" &&
    !isNew &&
    receiver.state.stored &&
    receiver.source !== undefined &&
    receiver.source.path.length === 0 &&
    receiver.source.queryset.load.kind === "all"
  );
}

function writtenOnAnyWay(
  { project: { program } }: RuleContext,
  group: readonly [OwnWrite, ...OwnWrite[]],
): KnownFields | undefined {
  const [first, ...others] = group;
  if (others.some(({ model }) => model !== first.model)) return undefined;
  const written = group.map((write) => writtenFields(program, write, undefined)).reduce(unionOf);
  return written.kind === "known" ? written : undefined;
}

const mostChanged = 3;
/** Columns that are written in vain, from which on it is worth saying. */
const fewestOthers = 3;

function findingsOf(
  context: RuleContext,
  [write]: readonly [OwnWrite, ...OwnWrite[]],
  written: KnownFields,
): readonly Finding[] {
  const { model, location, receiver, symbol } = write;
  const module = context.project.program.moduleOfFile(location.path);
  const changed = written.fields.filter((field) => !written.automatic.includes(field));
  const columns = columnsOf(model);
  const others = columns.filter((field) => !written.fields.includes(field));
  if (!module || changed.length === 0 || changed.length > mostChanged || others.length < fewestOthers)
    return [];
  const { skipped, obstacle } = sideEffectsOf(context, model);
  if (skipped.length > 0 || obstacle !== undefined || changesInPlace(context, write, model)) return [];
  const fix = updateFieldsFix(write, module.file.text, written, skipped);
  if (!fix) return [];
  const names = changed.map(({ name }) => `"${name}"`).join(" and ");
  const isWide = others.length >= manyColumns || others.some(({ className }) => bigColumns.test(className));
  return [
    {
      ...findingBase(saveWithoutUpdateFields),
      remedy: "update-fields",
      confidence: atMostHigh(classOf(scoreOfContext(write) * (isWide ? 1 : slim))),
      message: `The code has changed ${names} of ${model.name} and save() writes all ${columns.length} columns: what others have changed in between is lost.`,
      help: "Name the columns: save(update_fields=[…]).",
      location,
      origin: location,
      symbol,
      model: model.label,
      fields: written.fields.map(({ name }) => name),
      accesses: [{ location, relationPath: "", code: saveWithoutUpdateFields.code }],
      evidence: [
        ...stepToQueryset(receiver.kind === "instance" ? receiver.source?.queryset : undefined),
        { message: "Writes all columns: save()", location },
      ],
      fixes: [{ ...fix, safety: "unsafe", preferred: true }],
    },
  ];
}

const manyColumns = 10;
const bigColumns = /^(?:TextField|JSONField|BinaryField|ArrayField|HStoreField|.*RichText.*|StreamField)$/;
/** For a table with few and small columns. */
const slim = 0.7;

function columnsOf(model: Model): readonly Field[] {
  return [...model.fields.values()].filter(
    ({ kind, primaryKey }) =>
      !primaryKey && (kind === "column" || kind === "foreignKey" || kind === "oneToOne"),
  );
}

/**
 * The function uses a column whose value can change without an assignment, `row.data["key"] = 1`, `row.file.save(…)`, or
 * gives the row to a form or serializer, which assigns what somebody has entered.
 */
function changesInPlace({ project: { program } }: RuleContext, write: OwnWrite, model: Model): boolean {
  const { function: callee } = write.node;
  const row = callee.kind === "Attribute" ? callee.value : undefined;
  const module = program.moduleOfFile(write.location.path);
  const around = module && functionAround(module.file.tree, write.location.range);
  // `self.object` is one that methods share.
  if (row?.kind !== "Name" || !around) return true;
  const mutable = new Set(
    columnsOf(model).flatMap(({ kind, name, className }) =>
      kind === "column" && !plainColumns.has(className) ? [name] : [],
    ),
  );
  const isRow = (node: Expression | undefined): boolean => node?.kind === "Name" && node.name === row.name;
  let found = false;
  walkExpressions(around, (node) => {
    if (node.kind === "Call") {
      const names = node.keywords.flatMap(({ name, value }) =>
        isRow(value) ? [name?.name] : name?.name === "data" && isRow(node.arguments[0]) ? ["instance"] : [],
      );
      found ||= names.includes("instance");
    }
    found ||= node.kind === "Attribute" && isRow(node.value) && mutable.has(node.attribute.name);
    return undefined;
  });
  return found;
}
