import { middleware } from "../../django/project-settings.ts";
import { mappingsIn, mappingsOf, textsOf } from "../../django/template-engines.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import type { Expression, Statement } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import { forEachBlockStatement, innerBlocks } from "../../syntax/statement-walk.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";

export const sessionWritePerRequest: FactRule = {
  kind: "facts",
  code: "QS722",
  name: "session-write-per-request",
  summary: "Middleware or a context processor changes the session on every request",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run: (context) =>
    functionsOfEveryRequest(context).flatMap((symbol) =>
      writesIn(context, symbol).map((statement) => findingOf(context, symbol, statement)),
    ),
};

const hooks = [
  "__call__",
  "process_request",
  "process_view",
  "process_response",
  "process_template_response",
];

/** What Django runs for each request: as the settings name it, and classes that are written as middleware. */
function functionsOfEveryRequest(context: RuleContext): readonly FunctionSymbol[] {
  const { program, settings } = context.project;
  const named = middleware(settings).names.map((name) => program.resolveDottedName(name));
  const written = program.modules
    .filter(({ firstParty, file }) => firstParty && mentions(file, /get_response|MiddlewareMixin/))
    .flatMap((module) => program.classes(module))
    .filter((symbol) => isMiddleware(program, symbol));
  const ofMiddleware = [...named, ...written].flatMap((symbol) => {
    if (symbol.kind === "function") return [symbol];
    if (symbol.kind !== "class") return [];
    return hooks.flatMap((hook) => {
      const member = program.lookupMember(symbol, hook);
      return member.kind === "found" && member.symbol.kind === "function" ? [member.symbol] : [];
    });
  });
  const processors = mappingsIn(settings.evaluateSetting("TEMPLATES"))
    .flatMap(({ entries }) => mappingsOf(entries.get("OPTIONS")))
    .flatMap(({ entries }) => textsOf(entries.get("context_processors")))
    .flatMap((name) => {
      const symbol = program.resolveDottedName(name);
      return symbol.kind === "function" ? [symbol] : [];
    });
  const own = [...ofMiddleware, ...processors].filter(({ module }) => module.firstParty);
  return [...new Map(own.map((symbol) => [symbol.id, symbol])).values()];
}

const mixin: ReadonlySet<string> = new Set(["django.utils.deprecation.MiddlewareMixin"]);

/** It derives from Django's mixin, or is made with `get_response` and called with a request. */
function isMiddleware(program: PythonProgram, symbol: ClassSymbol): boolean {
  if (program.derivesFrom(symbol, mixin)) return true;
  const initializer = program.members(symbol).get("__init__");
  return (
    initializer?.kind === "function" &&
    initializer.node.parameters[1]?.name === "get_response" &&
    program.members(symbol).get("__call__")?.kind === "function"
  );
}

/** Statements that write on each request: under no condition, or under one about the user or a row that all requests share. */
function writesIn(context: RuleContext, symbol: FunctionSymbol): readonly Statement[] {
  const source = context.text(symbol.module.file.path);
  const given = namesGivenBack(symbol.node.body);
  const found: Statement[] = [];
  const visit = (block: readonly Statement[]): void => {
    for (const statement of block) {
      if (isWrite(statement)) found.push(statement);
      // Behind a way out, not every request comes by.
      if (statement.kind === "If") {
        const test = source.slice(statement.test.start, statement.test.end);
        const isAboutUser = /\.user\b|is_authenticated/.test(test) && !/session/.test(test);
        if (isAboutUser || isAboutSharedRow(context, symbol, statement.test)) visit(statement.body);
        const leaves = statement.body.some(({ kind }) => kind === "Return" || kind === "Raise");
        if (leaves) return;
        continue;
      }
      if (statement.kind === "For" || statement.kind === "While" || statement.kind === "ClassDef") continue;
      if (statement.kind === "FunctionDef" && given.has(statement.name.name)) visit(statement.body);
      if (statement.kind === "Try") visit(statement.body);
      else for (const inner of innerBlocks(statement)) visit(inner);
    }
  };
  visit(symbol.node.body);
  return found;
}

/** `tenant = Tenant.objects.first()`, `if tenant is not None`: where there is such a row, there is one for each request. */
function isAboutSharedRow(
  { project: { program, models } }: RuleContext,
  symbol: FunctionSymbol,
  test: Expression,
): boolean {
  const name = nameWithValue(test);
  const assigned: Expression[] = [];
  forEachBlockStatement(symbol.node.body, (statement) => {
    if (statement.kind !== "Assign") return;
    const isOfName = statement.targets.some((target) => target.kind === "Name" && target.name === name);
    if (isOfName) assigned.push(statement.value);
  });
  const [value, ...others] = assigned;
  if (value?.kind !== "Call" || others.length > 0) return false;
  let isShared = true;
  walkExpressions(value, (node) => {
    if (node.kind !== "Name") return isShared;
    const resolved = program.resolveExpression(symbol.module, node);
    isShared &&= resolved.kind === "class" && models.modelOfClass(resolved) !== undefined;
    return isShared;
  });
  return isShared;
}

/** The name of which a test says that it has a value: `tenant`, `tenant is not None`. */
function nameWithValue(test: Expression): string | undefined {
  if (test.kind === "Name") return test.name;
  if (test.kind !== "Comparison" || test.left.kind !== "Name" || test.operators[0] !== "is not")
    return undefined;
  const [other, ...more] = test.comparators;
  const isNone = isNoneLiteral(other);
  return isNone && more.length === 0 ? test.left.name : undefined;
}

/** `return middleware`: the function that a factory makes. */
function namesGivenBack(body: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>();
  forEachBlockStatement(body, (statement) => {
    if (statement.kind === "Return" && statement.value?.kind === "Name") names.add(statement.value.name);
  });
  return names;
}

function isWrite(statement: Statement): boolean {
  if (statement.kind === "Assign") {
    return statement.targets.some(
      (target) =>
        (target.kind === "Subscript" && isSession(target.value)) ||
        (target.kind === "Attribute" && target.attribute.name === "modified" && isSession(target.value)),
    );
  }
  return (
    statement.kind === "ExpressionStatement" &&
    statement.value.kind === "Call" &&
    statement.value.function.kind === "Attribute" &&
    /^(?:set_expiry|cycle_key|save)$/.test(statement.value.function.attribute.name) &&
    isSession(statement.value.function.value)
  );
}

/** `request.session`, also of `self.request`. */
function isSession(node: Expression): boolean {
  if (node.kind !== "Attribute" || node.attribute.name !== "session") return false;
  const { value } = node;
  return value.kind === "Name"
    ? value.name === "request"
    : value.kind === "Attribute" && value.attribute.name === "request";
}

function findingOf(context: RuleContext, symbol: FunctionSymbol, statement: Statement): Finding {
  const { path } = symbol.module.file;
  const location = { path, range: { start: statement.start, end: statement.end } };
  const text = context.text(path).slice(statement.start, statement.end).replace(/\s+/g, " ");
  return {
    ...findingBase(sessionWritePerRequest),
    remedy: "session",
    confidence: "high",
    message: `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}" changes the session on every request: each one waits for the session to be saved, and anonymous visitors get one, too.`,
    help: "Write only where the value differs from what the session has.",
    location,
    symbol: `${symbol.module.name}.${symbol.qualifiedName}`,
    model: undefined,
    origin: location,
    evidence: [
      { message: "Runs for each request", location: { path, range: symbol.node.name } },
      { message: "Changes the session", location },
    ],
    fixes: fixOf(context, path, statement),
  };
}

/** Only for one plain assignment of what has no effect of its own. */
function fixOf(context: RuleContext, path: string, statement: Statement): readonly Fix[] {
  if (statement.kind !== "Assign") return [];
  const [target, ...others] = statement.targets;
  if (target?.kind !== "Subscript" || others.length > 0 || !isPlain(statement.value)) return [];
  const text = context.text(path);
  const start = text.lastIndexOf("\n", statement.start) + 1;
  const indentation = text.slice(start, statement.start);
  if (indentation.trim() !== "") return [];
  const part = (node: Expression) => text.slice(node.start, node.end);
  const unit = indentation.includes("\t") ? "\t" : "    ";
  const test = `if ${part(target.value)}.get(${part(target.index)}) != ${part(statement.value)}:`;
  return [
    {
      title: "Write only where the value differs",
      safety: "unsafe",
      preferred: true,
      edits: [
        {
          path,
          range: { start: statement.start, end: statement.start },
          newText: `${test}\n${indentation}${unit}`,
        },
      ],
    },
  ];
}

function isPlain(node: Expression): boolean {
  let isPure = true;
  walkExpressions(node, ({ kind }) => {
    if (kind === "Call" || kind === "Await" || kind === "NamedExpression" || kind === "Comprehension")
      isPure = false;
    return isPure;
  });
  return isPure;
}
