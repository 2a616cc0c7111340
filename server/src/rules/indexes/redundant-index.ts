import { indexesOf, type TableIndex } from "../../django/indexes.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import { addKeywordArgument } from "../../edits/keyword-argument.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { declaredField, declaredIndex, keywordOf, removeIndex } from "./declared-index.ts";
import { indexFinding, isKnownSmall } from "./index-finding.ts";

/** A much wider index than that of the key reads more pages for each of its rows. */
const widest = 3;

export const redundantIndex: FactRule = {
  kind: "facts",
  code: "QS505",
  name: "redundant-index",
  summary: "Another index of the table begins with all columns of an index",
  level: "hint",
  fix: "unsafe",
  stage: 3,
  run(context) {
    return [...context.project.models.models.values()].flatMap((model) =>
      isOwn(model) && !isKnownSmall(context, model) ? findingsOf(context, model) : [],
    );
  },
};

function isOwn({ symbol, managed, abstract, proxyFor, complete }: Model): boolean {
  return symbol?.module.firstParty === true && managed && !abstract && proxyFor === undefined && complete;
}

function findingsOf(context: RuleContext, model: Model): readonly Finding[] {
  const indexes = indexesOf(model).filter(isPlain);
  return indexes.flatMap((index, position) => {
    // Constraints are there for what they forbid.
    if (index.unique) return [];
    const longer = indexes.find(
      (other, otherPosition) =>
        other !== index &&
        beginsWith(other, index) &&
        // Of two equal ones, the first stays, and a declared one rather than that of `db_index=True`.
        (other.columns.length > index.columns.length ||
          other.unique ||
          isKept(other, otherPosition, index, position)),
    );
    if (!longer) return [];
    return index.origin === "field"
      ? keyFindings(context, model, index, longer)
      : declaredFindings(context, model, index, longer);
  });
}

function isPlain({ columns, partial, method, origin }: TableIndex): boolean {
  return (
    columns.length > 0 &&
    !partial &&
    (method === undefined || method === "btree") &&
    origin !== "indexTogether"
  );
}

function isKept(other: TableIndex, otherPosition: number, index: TableIndex, position: number): boolean {
  if (other.origin !== index.origin) return other.origin === "field";
  return otherPosition < position;
}

/** In the same direction, or all against it: an index is read both ways. */
function beginsWith({ columns: longer }: TableIndex, { columns }: TableIndex): boolean {
  const isSame = columns.every((column, index) => longer[index] === column);
  return isSame || columns.every((column, index) => longer[index] === reversed(column));
}

function reversed(column: string): string {
  return column.startsWith("-") ? column.slice(1) : `-${column}`;
}

/** An index that `Meta` declares. */
function declaredFindings(
  context: RuleContext,
  model: Model,
  index: TableIndex,
  longer: TableIndex,
): readonly Finding[] {
  const declared = declaredIndex(context, model, index);
  // Other classes of operators make it another index.
  if (!declared || hasClasses(context, index) || hasClasses(context, longer)) return [];
  const edit = removeIndex(declared);
  const isEqual = longer.columns.length === index.columns.length;
  const by = isEqual
    ? `the same as ${nameOf(longer)}`
    : `the beginning of ${nameOf(longer)} on ${listed(longer.columns)}, which serves its queries`;
  const fixes: readonly Fix[] = edit
    ? [
        {
          title: `Remove the index on ${listed(index.columns)} (needs a migration)`,
          safety: "unsafe",
          preferred: true,
          edits: [edit],
        },
      ]
    : [];
  return [
    indexFinding(context, redundantIndex, {
      model,
      location: index.location,
      columns: index.columns,
      message: `The index on ${listed(index.columns)} of ${model.name} is ${by}.`,
      help: "Remove it and run makemigrations: each index is written again with each row.",
      confidence: "high",
      missing: "The shorter index",
      places: [],
      verb: "Used",
      fixes,
    }),
  ];
}

/** The index that Django makes for a foreign key, or for `db_index=True`. */
function keyFindings(
  context: RuleContext,
  model: Model,
  index: TableIndex,
  longer: TableIndex,
): readonly Finding[] {
  const [name = ""] = index.columns;
  const field = model.fields.get(name);
  if (!field || longer.columns.length > widest || hasClasses(context, longer)) return [];
  const isKey = field.kind === "foreignKey";
  // `db_index=True` gives texts an index for LIKE as well.
  if (
    !isKey &&
    !/^(?:Small|Big|Positive\w*)?IntegerField$|^Date|^Decimal|^Float|^UUID/.test(field.baseClassName)
  )
    return [];
  const subject = isKey ? `The foreign key "${name}" of ${model.name}` : `"${name}" of ${model.name}`;
  return [
    indexFinding(context, redundantIndex, {
      model,
      location: field.location,
      columns: [name],
      message: `${subject} has an index of its own, and ${nameOf(longer)} on ${listed(longer.columns)} begins with it.`,
      help: "db_index=False saves the shorter one; it needs a migration. Keep it where most queries ask for this column alone and the longer index is much wider.",
      confidence: "medium",
      missing: "Its own index",
      places: [],
      verb: "Used",
      fixes: keyFixes(context, model, field),
    }),
  ];
}

function keyFixes(context: RuleContext, model: Model, field: Field): readonly Fix[] {
  const declared = declaredField(context, model, field);
  // Its constraint needs an index on MySQL, where any that begins with it will do, but the shorter one has its name.
  if (!declared || usesOnly(databaseEngines(context.project.settings), "mysql")) return [];
  const { call, module } = declared;
  const { path, text } = module.file;
  const given = keywordOf(call, "db_index");
  if (call.keywords.some(({ name }) => name === undefined)) return [];
  const edit = given
    ? { range: { start: given.start, end: given.end }, newText: "False" }
    : addKeywordArgument(text, call, "db_index=False");
  return [
    {
      title: `Give "${field.name}" no index of its own (db_index=False, needs a migration)`,
      safety: "unsafe",
      preferred: true,
      edits: [{ path, ...edit }],
    },
  ];
}

/** `opclasses=[…]` or an expression of `OpClass`. */
function hasClasses({ project: { program } }: RuleContext, { location }: TableIndex): boolean {
  const text = location && program.moduleOfFile(location.path)?.file.text;
  return text !== undefined && /opclass/i.test(text.slice(location?.range.start, location?.range.end));
}

function nameOf({ name, origin, unique }: TableIndex): string {
  if (name !== undefined) return `"${name}"`;
  if (origin === "uniqueTogether") return "unique_together";
  if (origin === "field") return unique ? "that of the unique column" : "that of the column itself";
  return "another index";
}

function listed(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(", ");
}
