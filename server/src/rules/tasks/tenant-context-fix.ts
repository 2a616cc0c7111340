/** The fixes that leave the schema of a tenant again: the block of a context manager, and the result that is given back. */
import { importName } from "../../edits/imports.ts";
import { indentationAt, indentLines, startsLine } from "../../edits/statement-lines.ts";
import type { Module } from "../../python/symbols.ts";
import type { Call, FunctionDef, Statement } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";

const contexts = { set_tenant: "tenant_context", set_schema: "schema_context" } as const;

/** The rest of the function goes into `with tenant_context(tenant):` in place of `connection.set_tenant(tenant)`. */
export function contextFixes(
  context: RuleContext,
  { file }: Module,
  { body }: FunctionDef,
  call: Call,
  setter: keyof typeof contexts,
): readonly Fix[] {
  const { text, path } = file;
  const index = body.findIndex((each) => isStatementOf(each, call));
  const [statement, rest] = [body[index], body.slice(index + 1)];
  const [first, last] = [rest[0], rest.at(-1)];
  const [given, ...others] = call.arguments;
  if (!statement || !first || !last || !given || given.kind === "Starred") return [];
  if (others.length > 0 || call.keywords.length > 0 || !startsLine(text, first.start)) return [];
  const moved = { start: first.start, end: last.end };
  // The lines of a text are part of it.
  if (/"""|'''/.test(text.slice(moved.start, moved.end))) return [];
  const name = contexts[setter];
  const imported = importName(file, libraryOf(context), name);
  if (!imported) return [];
  const header = `with ${imported.expression}(${text.slice(given.start, given.end)}):`;
  const edits = [
    ...imported.edits,
    { range: { start: statement.start, end: statement.end }, newText: header },
    ...indentLines(text, { start: statement.end, end: moved.end }, "    "),
  ];
  return [
    {
      title: `Work inside of ${name}(), which leaves the tenant again`,
      safety: "unsafe",
      preferred: true,
      edits: edits.map((edit) => ({ path, ...edit })),
    },
  ];
}

/** Which of the two libraries the project takes its context managers from. */
function libraryOf({ project: { program } }: RuleContext): string {
  const isOlder = program.modules.some(
    ({ firstParty, file }) =>
      firstParty && mentions(file, "tenant_schemas") && !mentions(file, "django_tenants"),
  );
  return isOlder ? "tenant_schemas.utils" : "django_tenants.utils";
}

/** `return` in front of the call, where nothing of the function comes behind it. */
export function returnFixes({ file: { path, text } }: Module, node: FunctionDef, call: Call): readonly Fix[] {
  const statement = lastOf(node.body);
  if (!statement || !isStatementOf(statement, call)) return [];
  // It stands on a line of its own, where that is moved further in as well.
  const start = statement.start;
  if (!startsLine(text, start) || indentationAt(text, start) === "") return [];
  return [
    {
      title: "Give back what the task gives",
      safety: "unsafe",
      preferred: true,
      edits: [{ path, range: { start, end: start }, newText: "return " }],
    },
  ];
}

/** The last statement that is run, also in the block of a `with` or a `try`. */
function lastOf(block: readonly Statement[]): Statement | undefined {
  const last = block.at(-1);
  const isBlock = last?.kind === "With" || (last?.kind === "Try" && last.orElse.length === 0);
  return isBlock ? lastOf(last.body) : last;
}

function isStatementOf(statement: Statement, call: Call): boolean {
  return statement.kind === "ExpressionStatement" && statement.value === call;
}
