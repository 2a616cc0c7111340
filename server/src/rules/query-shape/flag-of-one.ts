/** Flags of which the code sees to it that one row at the most has them: `is_default`, `is_current`. */
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { RowsUse } from "../../interpret/facts.ts";
import type { Expression, If, Keyword, Statement } from "../../syntax/ast.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";
import { pathTo } from "../../syntax/walk.ts";
import { filterCalls } from "../filter-calls.ts";
import type { RuleContext } from "../rule-context.ts";

/** `if not Font.objects.filter(is_default=True).exists(): font.is_default = True` */
export function isFlagOfOne({ project: { program } }: RuleContext, { location, queryset }: RowsUse): boolean {
  const flags = filterCalls(queryset).flatMap((call) => call.keywords.flatMap(flagOf));
  const module = flags.length > 0 ? program.moduleOfFile(location.path) : undefined;
  const test = module && testAround(pathTo(module.file.tree, location.range), location.range);
  return test !== undefined && someBlockStatement(test.body, (statement) => setsFlag(statement, flags));
}

/** `is_default` of `is_default=True` */
function flagOf({ name, value }: Keyword): readonly string[] {
  return name && isTrue(value) ? [name.name] : [];
}

function testAround(path: ReturnType<typeof pathTo>, place: TextRange): If | undefined {
  const around = path.findLast((node) => "kind" in node && node.kind === "If");
  return around && "kind" in around && around.kind === "If" && containsRange(around.test, place)
    ? around
    : undefined;
}

/** `row.is_default = True`, `is_default = True` */
function setsFlag(statement: Statement, flags: readonly string[]): boolean {
  if (statement.kind !== "Assign" || !isTrue(statement.value)) return false;
  return statement.targets.some((target) => flags.includes(lastName(target)));
}

function lastName(target: Expression): string {
  if (target.kind === "Attribute") return target.attribute.name;
  return target.kind === "Name" ? target.name : "";
}

function isTrue(value: Expression): boolean {
  return value.kind === "ConstantLiteral" && value.value === "True";
}
