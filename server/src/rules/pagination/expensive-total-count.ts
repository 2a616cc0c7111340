import { isAdminClass, modelsOfAdmin } from "../../django/admin-classes.ts";
import type { Model } from "../../django/model-graph.ts";
import { setAttribute } from "../../edits/class-members.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { mentions } from "../../syntax/mentions.ts";
import type { Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { growthOf } from "./growing-models.ts";

export const expensiveTotalCount: FactRule = {
  kind: "facts",
  code: "QS606",
  name: "expensive-total-count",
  summary: "A list of the admin counts a table that grows twice for each page",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const { program, models } = context.project;
    return program.modules
      .filter(({ firstParty, file }) => firstParty && mentions(file, "admin"))
      .flatMap((module) => program.classes(module))
      .filter((symbol) => isAdminClass(program, symbol))
      .flatMap((symbol) => {
        const model = modelsOfAdmin(program, models, symbol).find(
          (each) => growthOf(context, each) === "growing",
        );
        return model && countsTwice(context, symbol) ? [findingOf(symbol, model)] : [];
      });
  },
};

/** Rows are searched or filtered there, and nobody has switched off the count of all of them. */
function countsTwice({ project: { program } }: RuleContext, symbol: ClassSymbol): boolean {
  const has = (name: string): boolean => program.lookupMember(symbol, name).kind === "found";
  const isDecided = ["show_full_result_count", "get_paginator", "paginator", "get_changelist"].some(has);
  return !isDecided && ["list_filter", "search_fields", "date_hierarchy"].some(has);
}

function findingOf({ module, node, qualifiedName }: ClassSymbol, { name, label }: Model): Finding {
  const { path } = module.file;
  const location = { path, range: { start: node.name.start, end: node.name.end } };
  const edit = setAttribute(module.file, node, {
    name: "show_full_result_count",
    code: "False",
    below: "list_display",
  });
  return {
    ...findingBase(expensiveTotalCount),
    remedy: "paging",
    confidence: "medium",
    message: `Each page of ${node.name.name} counts the rows of ${name} twice: those that match, and all of them, which is the whole table.`,
    help: "Set show_full_result_count = False; for tables of millions, a paginator that estimates the count as well.",
    location,
    origin: location,
    symbol: `${module.name}.${qualifiedName}`,
    model: label,
    evidence: [{ message: `Lists ${name}`, location }],
    fixes: edit
      ? [
          {
            title: 'Set show_full_result_count = False (the page says "Show all" without their number)',
            safety: "unsafe",
            preferred: true,
            edits: [{ path, ...edit }],
          },
        ]
      : [],
  };
}
