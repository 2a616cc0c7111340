import { type SignalReceiver, signalReceivers } from "../../django/signal-receivers.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import type { Call, Statement } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { forEachBlockStatement } from "../../syntax/statement-walk.ts";
import { pathTo, walkExpressions } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { usesOf } from "./syntax-queries.ts";
import { fieldsNamed } from "./written-fields.ts";

export const saveAgainInPostSave: FactRule = {
  kind: "facts",
  code: "QS314",
  name: "save-again-in-post-save",
  summary: "A receiver of post_save saves the same row once more",
  level: "info",
  fix: "suggestion",
  stage: 2,
  run({ project: { program, models } }: RuleContext) {
    const byFunction = new Map<string, Receiver>();
    for (const { signal, function: symbol, sender } of signalReceivers(program, models).all) {
      if (symbol?.module.firstParty && /(?:^|\.)post_save$/.test(signal))
        byFunction.set(symbol.id, { symbol, sender });
    }
    return [...byFunction.values()].flatMap((receiver) =>
      savesOfInstance(receiver.symbol)
        .filter((save) => !isNarrowForNew(receiver.symbol, save.call))
        .map((save) => findingOf(receiver, save)),
    );
  },
};

interface Receiver {
  readonly symbol: FunctionSymbol;
  readonly sender: SignalReceiver["sender"];
}

interface Save {
  readonly call: Call;
  readonly statement: Statement;
}

/** Django hands the row that was saved to each receiver under this name. */
const row = "instance";

/** `instance.save()` as a statement; not where the function gives the name to something else. */
function savesOfInstance({ node }: FunctionSymbol): readonly Save[] {
  if (!node.parameters.some(({ name }) => name === row) || bindingsOf(node, row).length > 1) return [];
  const saves: Save[] = [];
  forEachBlockStatement(node.body, (statement) => {
    if (statement.kind !== "ExpressionStatement") return;
    const call = statement.value.kind === "Await" ? statement.value.value : statement.value;
    if (call.kind !== "Call" || call.function.kind !== "Attribute") return;
    const { value, attribute } = call.function;
    if (value.kind === "Name" && value.name === row && /^a?save$/.test(attribute.name))
      saves.push({ call, statement });
  });
  return saves;
}

/** `if created: instance.save(update_fields=[…])` writes the little that only the key of the new row makes possible. */
function isNarrowForNew(symbol: FunctionSymbol, call: Call): boolean {
  return call.keywords.some(({ name }) => name?.name === "update_fields") && isForNew(symbol, call);
}

function isForNew({ module }: FunctionSymbol, call: Call): boolean {
  return pathTo(module.file.tree, call).some((around) => {
    if (!("kind" in around) || around.kind !== "If") return false;
    let asks = false;
    walkExpressions(around.test, (part) => {
      asks ||= part.kind === "Name" && part.name === "created";
      return undefined;
    });
    return asks;
  });
}

function findingOf({ symbol, sender }: Receiver, { call, statement }: Save): Finding {
  const { module, node, name, qualifiedName } = symbol;
  const { path } = module.file;
  const location = { path, range: { start: call.start, end: call.end } };
  const when = isForNew(symbol, call) ? "of a new row" : "in which it does so";
  return {
    ...findingBase(saveAgainInPostSave),
    remedy: "signal-handler",
    confidence: "high",
    message: `The post_save receiver ${name}() saves the ${sender?.name ?? "row"} that was just saved: a save ${when} is two, and calls all receivers again.`,
    help: "Set the columns before the row is saved, in pre_save or in save(), or write them with filter(pk=…).update(…).",
    location,
    origin: location,
    symbol: `${module.name}.${qualifiedName}`,
    model: sender?.label,
    accesses: [{ location, relationPath: "", code: saveAgainInPostSave.code }],
    evidence: [
      {
        message: `Called after each save: ${name}()`,
        location: { path, range: { start: node.name.start, end: node.name.end } },
      },
      { message: "Saves the row again", location },
    ],
    fixes:
      statement.kind === "ExpressionStatement" && statement.value === call
        ? fixesOf(symbol, sender, call)
        : [],
  };
}

const mostColumns = 4;

/** `sender._default_manager.filter(pk=instance.pk).update(slug=instance.slug)` in place of `instance.save()` */
function fixesOf({ node, module }: FunctionSymbol, model: Receiver["sender"], call: Call): readonly Fix[] {
  const { start, end } = call.argumentsRange;
  const isPlain = module.file.text.slice(start + 1, end - 1).trim() === "";
  const columns = model && isPlain ? columnsAssigned(node, model) : undefined;
  if (!columns || columns.length === 0 || columns.length > mostColumns) return [];
  if (node.parameters[0]?.name !== "sender") return [];
  const values = columns.map((column) => `${column}=${row}.${column}`).join(", ");
  return [
    {
      title: `Write ${columns.join(" and ")} with update(), which sends no signals`,
      safety: "suggestion",
      preferred: false,
      edits: [
        {
          path: module.file.path,
          range: { start: call.start, end: call.end },
          newText: `sender._default_manager.filter(pk=${row}.pk).update(${values})`,
        },
      ],
    },
  ];
}

/** Undefined where other code gets the row, or something of it is assigned that is no column. */
function columnsAssigned(
  node: FunctionSymbol["node"],
  model: NonNullable<Receiver["sender"]>,
): readonly string[] | undefined {
  const columns = new Set<string>();
  let read = 0;
  let isKnown = true;
  walkExpressions(node, (part) => {
    if (part.kind === "Attribute" && part.value.kind === "Name" && part.value.name === row) read += 1;
    return undefined;
  });
  // The row itself goes nowhere: every use is one of its attributes.
  if (usesOf(node, row).length !== read) return undefined;
  forEachBlockStatement(node.body, (statement) => {
    const targets =
      statement.kind === "Assign"
        ? statement.targets
        : statement.kind === "AugAssign"
          ? [statement.target]
          : [];
    for (const target of targets) {
      if (target.kind !== "Attribute" || target.value.kind !== "Name" || target.value.name !== row) continue;
      const { name } = target.attribute;
      if (fieldsNamed(model, name).length === 1) columns.add(name);
      else isKnown = false;
    }
  });
  return isKnown ? [...columns] : undefined;
}
