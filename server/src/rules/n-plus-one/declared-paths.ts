/** Paths that classes declare for a framework: `list_select_related` of the admin, `source` of serializer fields. */
import type { Location } from "../../base/text-range.ts";
import { serializers } from "../../consumers/rest-framework/names.ts";
import { modelsOfAdmin } from "../../django/admin-classes.ts";
import {
  type InvalidPath,
  type PathResult,
  resolveAttributes,
  resolveSelectRelated,
} from "../../django/lookups.ts";
import type { Model } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import type { ClassSymbol, Module } from "../../python/symbols.ts";
import type { Expression, StringLiteral } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import type { Evidence, Finding } from "../finding.ts";

/** A path and where it is written. */
export interface WrittenPath {
  readonly symbol: string;
  /** On whose rows the first name is looked up. */
  readonly model: Model;
  readonly method: string;
  readonly lookup: string;
  readonly location: Location;
  readonly evidence: readonly Evidence[];
  readonly confidence: Finding["confidence"];
}

interface WrongPath extends WrittenPath {
  readonly path: InvalidPath;
}

/** What is written where the method of a queryset would stand. */
export const declaringNames: ReadonlySet<string> = new Set(["list_select_related", "source"]);

export function declaredPaths(project: DjangoProject): readonly WrongPath[] {
  return project.program.modules
    .filter(({ firstParty }) => firstParty)
    .flatMap((module) => [
      ...(mentions(module.file, "list_select_related") ? joinsOfAdmins(project, module) : []),
      ...(mentions(module.file, /\bsource\s*=/) ? sourcesOfFields(project, module) : []),
    ]);
}

function joinsOfAdmins(project: DjangoProject, module: Module): readonly WrongPath[] {
  const { program, models } = project;
  return program.classes(module).flatMap((symbol) => {
    const member = program.members(symbol).get("list_select_related");
    const shown = modelsOfAdmin(program, models, symbol);
    if (member?.kind !== "variable") return [];
    return member.values
      .flatMap(stringsIn)
      .flatMap((text) =>
        wrongPath(symbol, text, "list_select_related", "certain", shown, (model) =>
          resolveSelectRelated(models, model, text.value),
        ),
      );
  });
}

function sourcesOfFields(project: DjangoProject, module: Module): readonly WrongPath[] {
  const { program, models } = project;
  return program.classes(module).flatMap((symbol) => {
    const model = modelOfMeta(project, symbol);
    if (model === undefined) return [];
    return [...program.members(symbol).values()].flatMap((member) => {
      const source = member.kind === "variable" ? sourceOf(project, module, member.values) : undefined;
      if (source === undefined) return [];
      const hasAttribute = (owner: Model, name: string): boolean => mayHave(project, owner, name);
      return wrongPath(symbol, source, "source", "high", [model], () =>
        resolveAttributes(models, model, source.value, { hasAttribute }),
      );
    });
  });
}

/** Wrong is only what is wrong for each of the models. */
function wrongPath(
  { module, qualifiedName }: ClassSymbol,
  { value, start, end }: StringLiteral,
  method: string,
  confidence: Finding["confidence"],
  models: readonly Model[],
  resolve: (model: Model) => PathResult,
): readonly WrongPath[] {
  const wrong = models.flatMap((model) => {
    const path = resolve(model);
    return path.kind === "invalid" && model.complete && !model.abstract ? [{ model, path }] : [];
  });
  const [first] = wrong;
  if (first === undefined || wrong.length !== models.length) return [];
  const location = { path: module.file.path, range: { start, end } };
  const symbol = `${module.name}.${qualifiedName}`;
  return [{ ...first, symbol, method, lookup: value, location, evidence: [], confidence }];
}

function stringsIn(value: Expression): readonly StringLiteral[] {
  const elements = value.kind === "ListLiteral" || value.kind === "TupleLiteral" ? value.elements : [];
  return elements.filter((element) => element.kind === "StringLiteral");
}

/** `class Meta: model = Order` */
function modelOfMeta({ program, models }: DjangoProject, symbol: ClassSymbol): Model | undefined {
  const meta = program.lookupMember(symbol, "Meta");
  if (meta.kind !== "found" || meta.symbol.kind !== "class") return undefined;
  const named = program.lookupMember(meta.symbol, "model");
  if (named.kind !== "found" || named.symbol.kind !== "variable") return undefined;
  const [value, ...others] = named.symbol.values;
  if (value === undefined || others.length > 0) return undefined;
  const resolved = program.resolveExpression(named.symbol.module, value);
  return resolved.kind === "class" ? models.modelOfClass(resolved) : undefined;
}

/** What a field of Django REST framework reads; nothing where it is only written, or has another value at hand. */
function sourceOf(
  { program }: DjangoProject,
  module: Module,
  [value, ...others]: readonly Expression[],
): StringLiteral | undefined {
  if (value?.kind !== "Call" || others.length > 0) return undefined;
  const made = program.resolveExpression(module, value.function);
  const isField =
    made.kind === "external"
      ? made.name.startsWith("rest_framework.")
      : made.kind === "class" && program.derivesFrom(made, serializers);
  if (!isField) return undefined;
  const option = (name: string): Expression | undefined =>
    value.keywords.find((keyword) => keyword.name?.name === name)?.value;
  if (option("write_only") !== undefined || option("default") !== undefined) return undefined;
  const source = option("source");
  return source?.kind === "StringLiteral" && /^\w+(\.\w+)*$/.test(source.value) ? source : undefined;
}

/**
 * Rows have attributes that no class declares: annotations, what code assigns, what Django adds (`get_status_display`).
 * One that the project names nowhere but in a `source` is none of them.
 */
function mayHave({ program }: DjangoProject, { symbol }: Model, name: string): boolean {
  if (symbol === undefined || /^(_|get_)/.test(name)) return true;
  if (program.lookupMember(symbol, name).kind === "found") return true;
  const elsewhere = new RegExp(`(?<!\\bsource\\s*=\\s*["'][\\w.]*)\\b${name}\\b`);
  return program.modules.some(({ file }) => elsewhere.test(file.text));
}
