/** Paths that classes declare for a framework: options of the admin, `source` of serializer fields. */
import type { Location } from "../../base/text-range.ts";
import { serializers } from "../../consumers/rest-framework/names.ts";
import { modelsOfAdmin } from "../../django/admin-classes.ts";
import {
  type InvalidPath,
  type PathOptions,
  type PathResult,
  resolveAttributes,
  resolveLookup,
  resolveSelectRelated,
} from "../../django/lookups.ts";
import type { Manager, Model, ModelGraph } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import type { PythonProgram } from "../../python/program.ts";
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
export const declaringNames: ReadonlySet<string> = new Set([
  "autocomplete_fields",
  "date_hierarchy",
  "list_filter",
  "list_select_related",
  "ordering",
  "search_fields",
  "source",
]);

export function declaredPaths(project: DjangoProject): readonly WrongPath[] {
  return project.program.modules
    .filter(({ firstParty }) => firstParty)
    .flatMap((module) => [
      ...(mentions(module.file, "admin") ? pathsOfAdmins(project, module) : []),
      ...(mentions(module.file, /\bsource\s*=/) ? sourcesOfFields(project, module) : []),
    ]);
}

/** What the admin does with an option of its classes. */
interface AdminOption {
  readonly confidence: Finding["confidence"];
  /** Stands in front of a name and is no part of it. */
  readonly sign?: RegExp;
  /** Querysets of the admin may add the first name to their rows; where not, the name has to be the model's. */
  readonly takesAnnotations: (path: string) => boolean;
  readonly resolve: (models: ModelGraph, model: Model, path: string, options: PathOptions) => PathResult;
}

const never = (): boolean => false;

/** Names of `fields` of the model: Django checks them before it starts. */
const checked: AdminOption = { confidence: "high", takesAnnotations: never, resolve: resolveLookup };

const adminOptions: Readonly<Record<string, AdminOption>> = {
  autocomplete_fields: checked,
  date_hierarchy: checked,
  list_filter: checked,
  list_select_related: {
    confidence: "certain",
    takesAnnotations: never,
    resolve: (models, model, path) => resolveSelectRelated(models, model, path),
  },
  // Only a name without relations is checked before Django starts.
  ordering: { ...checked, sign: /^-/, takesAnnotations: (path) => path.includes("__") },
  search_fields: { ...checked, sign: /^[\^=@]/, takesAnnotations: () => true },
};

function pathsOfAdmins(project: DjangoProject, module: Module): readonly WrongPath[] {
  const { program, models } = project;
  return program.classes(module).flatMap((symbol) => {
    const shown = modelsOfAdmin(program, models, symbol);
    if (shown.length === 0) return [];
    const hasOwnRows = program.lookupMember(symbol, "get_queryset").kind === "found";
    return Object.entries(adminOptions).flatMap(([name, option]) => {
      const member = program.members(symbol).get(name);
      if (member?.kind !== "variable") return [];
      if (name === "search_fields" && searchesByItself(program, symbol)) return [];
      return member.values.flatMap(stringsIn).flatMap((text) => {
        const path = text.value.replace(option.sign ?? "", "");
        if (path === "?") return [];
        const written = { name: text, method: name, lookup: path, confidence: option.confidence };
        return wrongPath(symbol, written, shown, (model) => {
          const mayAnnotate = hasOwnRows || [...model.managers.values()].some(hasOwnQueryset);
          const addsUnknownNames = mayAnnotate && option.takesAnnotations(path);
          if (addsUnknownNames && aggregateAlias.test(path)) return { kind: "unknown", parts: [], index: 0 };
          return option.resolve(models, model, path, { addsUnknownNames });
        });
      });
    });
  });
}

/** `annotate(Count("tasks"))` names what it adds `tasks__count`. */
const aggregateAlias = /__(?:avg|count|max|min|stddev|sum|variance)$/;

function hasOwnQueryset({ known, managerClass, querysetClass }: Manager): boolean {
  return !known || managerClass !== undefined || querysetClass !== undefined;
}

function searchesByItself(program: PythonProgram, symbol: ClassSymbol): boolean {
  return ["get_search_results", "get_search_fields"].some(
    (name) => program.lookupMember(symbol, name).kind === "found",
  );
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
      const written = { name: source, method: "source", lookup: source.value, confidence: "high" } as const;
      return wrongPath(symbol, written, [model], () =>
        resolveAttributes(models, model, source.value, { hasAttribute }),
      );
    });
  });
}

/** Wrong is only what is wrong for each of the models. */
function wrongPath(
  { module, qualifiedName }: ClassSymbol,
  {
    name,
    ...written
  }: Pick<WrittenPath, "confidence" | "lookup" | "method"> & { readonly name: StringLiteral },
  models: readonly Model[],
  resolve: (model: Model) => PathResult,
): readonly WrongPath[] {
  const wrong = models.flatMap((model) => {
    const path = resolve(model);
    return path.kind === "invalid" && model.complete && !model.abstract ? [{ model, path }] : [];
  });
  const [first] = wrong;
  if (first === undefined || wrong.length !== models.length) return [];
  const location = { path: module.file.path, range: { start: name.start, end: name.end } };
  const symbol = `${module.name}.${qualifiedName}`;
  return [{ ...first, ...written, symbol, location, evidence: [] }];
}

/** `["owner", "team"]`, `"created"` */
function stringsIn(value: Expression): readonly StringLiteral[] {
  if (value.kind === "StringLiteral") return [value];
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
