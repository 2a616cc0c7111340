import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import { importName } from "../../edits/imports.ts";
import { quoteOf } from "../../edits/queryset-chain.ts";
import type { ColumnIncrement } from "../../interpret/facts.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type SavedIncrement, savedIncrement } from "./saved-increment.ts";

export const readModifyWrite: FactRule = {
  kind: "facts",
  code: "QS308",
  name: "read-modify-write",
  summary: "A number is read, changed and saved, which loses what others write in between",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const places = groupBy(factsOfKind(context.facts, "columnIncrement"), ({ location }) =>
      placeKey(location),
    );
    return [...places.values()].flatMap((group) => {
      const [first] = group;
      if (!first || group.some(({ instance }) => isLocked(instance))) return [];
      const saved = savedIncrement(context, first);
      return saved ? [findingOf(context, group, saved)] : [];
    });
  },
};

function isLocked({ source }: ColumnIncrement["instance"]): boolean {
  return source?.queryset.locksRows === true;
}

function findingOf(
  context: RuleContext,
  group: readonly [ColumnIncrement, ...ColumnIncrement[]],
  saved: SavedIncrement,
): Finding {
  const [{ field, instance, location, symbol }] = group;
  const written = saved.text;
  const save: Location = {
    path: location.path,
    range: { start: saved.save.start, end: saved.save.end },
  };
  return {
    ...findingBase(readModifyWrite),
    remedy: "increment",
    level: levelInRoots(context, readModifyWrite.level, group),
    // Whoever gives the row may hold a lock on it.
    confidence: group.every((each) => each.instance.source) ? "high" : "medium",
    message: `"${written}" adds to what was read before, and save() writes that: changes of "${field.name}" by others in between are lost.`,
    help: `Let the database add: F("${field.name}"), in one update() or before save(); or lock the row with select_for_update().`,
    location,
    origin: location,
    symbol,
    model: instance.model.label,
    fields: [field.name],
    accesses: [{ location: save, relationPath: "", code: readModifyWrite.code }],
    evidence: [
      ...stepToQueryset(instance.source?.queryset),
      ...stepsTo(group[0]),
      { message: `Changes the number that was read: ${written}`, location },
      { message: "Writes it back", location: save },
    ],
    fixes: fixesOf(context, group[0], saved),
  };
}

/** The attribute holds an expression afterwards: nothing may look at it, and nothing may save it again. */
function fixesOf(
  context: RuleContext,
  { field, location, loops, target, statement }: ColumnIncrement,
  { isLastUse }: SavedIncrement,
): readonly Fix[] {
  const module = context.project.program.moduleOfFile(location.path);
  // In a loop, one update() of all rows is better, and another rule's fix.
  if (!module || !isLastUse || loops.length > 0 || statement.kind !== "AugAssign") return [];
  const { file } = module;
  const imported = importName(file, "django.db.models", "F");
  if (!imported) return [];
  const { start, end } = statement;
  const quote = quoteOf(file.text, statement.value);
  const text = (node: { readonly start: number; readonly end: number }): string =>
    file.text.slice(node.start, node.end);
  const value =
    statement.value.kind === "BinaryOperation" ? `(${text(statement.value)})` : text(statement.value);
  const code = `${text(target)} = ${imported.expression}(${quote}${field.name}${quote}) ${statement.operator} ${value}`;
  return [
    {
      title: `Let the database add with F("${field.name}") (the attribute holds an expression until the row is loaded again)`,
      safety: "unsafe",
      preferred: true,
      edits: [
        { path: file.path, range: { start, end }, newText: code },
        ...imported.edits.map((edit) => ({ path: file.path, ...edit })),
      ],
    },
  ];
}
