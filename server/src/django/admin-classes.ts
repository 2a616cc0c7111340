/** Classes that configure the admin, and the models that each is registered for. */
import { AnswersOf } from "../base/answers-of.ts";
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, Module, PythonSymbol } from "../python/symbols.ts";
import type { Call, Expression, Statement } from "../syntax/ast.ts";
import { mentions } from "../syntax/mentions.ts";
import { forEachBlockStatement } from "../syntax/statement-walk.ts";
import { asksForDebugging } from "./debugging.ts";
import type { Model, ModelGraph } from "./model-graph.ts";

/** Django's `ModelAdmin` and the classes of libraries that derive from it. */
export const modelAdminClasses: ReadonlySet<string> = new Set([
  "django.contrib.admin.ModelAdmin",
  "django.contrib.admin.options.ModelAdmin",
  "django.contrib.auth.admin.GroupAdmin",
  "django.contrib.auth.admin.UserAdmin",
  "django.contrib.flatpages.admin.FlatPageAdmin",
  "django.contrib.gis.admin.GISModelAdmin",
  "django.contrib.gis.admin.GeoModelAdmin",
  "django.contrib.gis.admin.ModelAdmin",
  "django.contrib.gis.admin.OSMGeoAdmin",
  "django.contrib.gis.admin.options.GISModelAdmin",
  "django.contrib.redirects.admin.RedirectAdmin",
  "django.contrib.sites.admin.SiteAdmin",
  "adminsortable.admin.NonSortableParentAdmin",
  "adminsortable.admin.SortableAdmin",
  "concurrency.admin.ConcurrentModelAdmin",
  "django_mptt_admin.admin.DjangoMpttAdmin",
  "django_summernote.admin.SummernoteModelAdmin",
  "guardian.admin.GuardedModelAdmin",
  "import_export.admin.ExportActionModelAdmin",
  "import_export.admin.ImportExportActionModelAdmin",
  "import_export.admin.ImportExportModelAdmin",
  "leaflet.admin.LeafletGeoAdmin",
  "modeltranslation.admin.TabbedTranslationAdmin",
  "modeltranslation.admin.TranslationAdmin",
  "mptt.admin.DraggableMPTTAdmin",
  "mptt.admin.MPTTModelAdmin",
  "nested_admin.NestedModelAdmin",
  "nested_admin.NestedPolymorphicModelAdmin",
  "nested_admin.nested.NestedModelAdmin",
  "oauth2_provider.admin.AccessTokenAdmin",
  "oauth2_provider.admin.ApplicationAdmin",
  "ordered_model.admin.OrderedModelAdmin",
  "parler.admin.TranslatableAdmin",
  "polymorphic.admin.PolymorphicChildModelAdmin",
  "polymorphic.admin.PolymorphicParentModelAdmin",
  "reversion.admin.VersionAdmin",
  "simple_history.admin.SimpleHistoryAdmin",
  "treebeard.admin.TreeAdmin",
  "unfold.admin.ModelAdmin",
]);

/** The bases of inlines: tables and stacks of forms for related rows. */
export const inlineAdminClasses: ReadonlySet<string> = new Set([
  "django.contrib.admin.StackedInline",
  "django.contrib.admin.TabularInline",
  "django.contrib.admin.options.InlineModelAdmin",
  "django.contrib.admin.options.StackedInline",
  "django.contrib.admin.options.TabularInline",
  "django.contrib.contenttypes.admin.GenericInlineModelAdmin",
  "django.contrib.contenttypes.admin.GenericStackedInline",
  "django.contrib.contenttypes.admin.GenericTabularInline",
  "adminsortable.admin.SortableStackedInline",
  "adminsortable.admin.SortableTabularInline",
  "adminsortable2.admin.SortableStackedInline",
  "adminsortable2.admin.SortableTabularInline",
  "modeltranslation.admin.TranslationStackedInline",
  "modeltranslation.admin.TranslationTabularInline",
  "nested_admin.NestedStackedInline",
  "nested_admin.NestedTabularInline",
  "nested_admin.nested.NestedStackedInline",
  "nested_admin.nested.NestedTabularInline",
  "ordered_model.admin.OrderedStackedInline",
  "ordered_model.admin.OrderedTabularInline",
  "parler.admin.TranslatableStackedInline",
  "parler.admin.TranslatableTabularInline",
  "unfold.admin.StackedInline",
  "unfold.admin.TabularInline",
]);

export function isAdminClass(program: PythonProgram, symbol: ClassSymbol): boolean {
  return program.derivesFrom(symbol, modelAdminClasses);
}

/** The model that the class is registered for; undefined where there is none, or several. */
export function modelOfAdmin(
  program: PythonProgram,
  models: ModelGraph,
  admin: ClassSymbol,
): Model | undefined {
  const [only, ...others] = modelsOfAdmin(program, models, admin);
  return others.length === 0 ? only : undefined;
}

/** The models that `@admin.register(Task)` or `admin.site.register(Task, TaskAdmin)` connect with the class. */
export function modelsOfAdmin(
  program: PythonProgram,
  models: ModelGraph,
  admin: ClassSymbol,
): readonly Model[] {
  let registered = registrations.get(program);
  if (!registered) {
    registered = registeredModels(program, models);
    registrations.set(program, registered);
  }
  return registered.get(admin.id) ?? [];
}

/** Models whose rows the admin can search for: what `autocomplete_fields` asks of them. */
export function searchableModels(program: PythonProgram, models: ModelGraph): ReadonlySet<Model> {
  const searchable = new Set<Model>();
  for (const module of program.modules) {
    if (!mentions(module.file, "register")) continue;
    for (const symbol of program.classes(module)) {
      const hasSearch =
        program.lookupMember(symbol, "search_fields").kind === "found" ||
        program.derivesFrom(symbol, searchedByLibraries);
      if (!hasSearch) continue;
      for (const model of modelsOfAdmin(program, models, symbol)) searchable.add(model);
    }
  }
  return searchable;
}

/** Classes of Django that have `search_fields`. */
const searchedByLibraries: ReadonlySet<string> = new Set([
  "django.contrib.auth.admin.UserAdmin",
  "django.contrib.auth.admin.GroupAdmin",
]);

/** A model that is registered without a class: `admin.site.register(Task)`. */
export interface DefaultRegistration {
  readonly model: Model;
  /** Names the model in the call. */
  readonly expression: Expression;
}

export function defaultRegistrations(
  program: PythonProgram,
  models: ModelGraph,
  module: Module,
): readonly DefaultRegistration[] {
  if (!mentions(module.file, "register")) return [];
  return registrationsIn(module)
    .filter(({ admin, onSite }) => !admin && onSite)
    .flatMap(({ registered }) => registered)
    .flatMap((expression) => {
      const model = modelOfExpression(program, models, module, expression);
      return model ? [{ model, expression }] : [];
    });
}

interface Registration {
  readonly registered: readonly Expression[];
  readonly admin: Expression | undefined;
  /** `admin.site.register(…)`, rather than of whatever else registers something. */
  readonly onSite: boolean;
}

/**
 * Calls inside functions are left out: nobody knows when they run. So are those that run only while debugging: there are
 * few rows then.
 */
function registrationsIn(module: Module): readonly Registration[] {
  const found: Registration[] = [];
  const forDebugging = debuggingStatements(module);
  forEachBlockStatement(module.file.tree.body, (statement) => {
    if (forDebugging.has(statement)) return;
    if (statement.kind !== "ExpressionStatement" || !isRegistration(statement.value)) return;
    const { value } = statement;
    const [model, admin = keyword(value, "admin_class")] = value.arguments;
    if (!model) return;
    const isList = model.kind === "ListLiteral" || model.kind === "TupleLiteral";
    const { function: callee } = value;
    const onSite =
      callee.kind === "Attribute" &&
      callee.value.kind === "Attribute" &&
      callee.value.attribute.name === "site";
    found.push({ registered: isList ? model.elements : [model], admin, onSite });
  });
  return found;
}

/** What stands under `if settings.DEBUG:`. */
function debuggingStatements({ file }: Module): ReadonlySet<Statement> {
  const found = new Set<Statement>();
  if (!mentions(file, "DEBUG")) return found;
  forEachBlockStatement(file.tree.body, (statement) => {
    if (statement.kind !== "If" || !asksForDebugging(statement.test)) return;
    forEachBlockStatement(statement.body, (inner) => found.add(inner));
  });
  return found;
}

const registrations = new AnswersOf<PythonProgram, ReadonlyMap<string, readonly Model[]>>();

/** By the identity of the admin class. */
function registeredModels(program: PythonProgram, models: ModelGraph): ReadonlyMap<string, readonly Model[]> {
  const registered = new Map<string, Model[]>();
  const add = (module: Module, admin: PythonSymbol, expressions: readonly Expression[]): void => {
    if (admin.kind !== "class" || !isAdminClass(program, admin)) return;
    for (const expression of expressions) {
      const model = modelOfExpression(program, models, module, expression);
      const known = registered.get(admin.id) ?? [];
      if (model && !known.includes(model)) registered.set(admin.id, [...known, model]);
    }
  };
  for (const module of program.modules) {
    if (!mentions(module.file, "register")) continue;
    const forDebugging = debuggingStatements(module);
    for (const symbol of program.classes(module)) {
      if (forDebugging.has(symbol.node)) continue;
      for (const decorator of symbol.node.decorators) {
        if (isRegistration(decorator)) add(module, symbol, decorator.arguments);
      }
    }
    for (const { registered, admin } of registrationsIn(module)) {
      if (admin) add(module, program.resolveExpression(module, admin), registered);
    }
  }
  return registered;
}

function isRegistration(expression: Expression): expression is Call {
  if (expression.kind !== "Call") return false;
  const { function: callee } = expression;
  return callee.kind === "Attribute"
    ? callee.attribute.name === "register"
    : callee.kind === "Name" && callee.name === "register";
}

function keyword(call: Call, name: string): Expression | undefined {
  return call.keywords.find((candidate) => candidate.name?.name === name)?.value;
}

function modelOfExpression(
  program: PythonProgram,
  models: ModelGraph,
  module: Module,
  expression: Expression,
): Model | undefined {
  if (expression.kind === "Call") return modelFoundBy(models, expression);
  const symbol = program.resolveExpression(module, expression);
  switch (symbol.kind) {
    case "class":
      return models.modelOfClass(symbol);
    case "external":
      return models.modelOfExternal(symbol.name);
    case "variable": {
      const [value] = symbol.values;
      return value?.kind === "Call" ? modelFoundBy(models, value) : undefined;
    }
    default:
      return undefined;
  }
}

/** `get_user_model()`, `get_model("catalogue", "Product")` */
function modelFoundBy(models: ModelGraph, { function: callee, arguments: args }: Call): Model | undefined {
  const name =
    callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
  if (name === "get_user_model") return models.userModel;
  if (name !== "get_model" && name !== "load_model") return undefined;
  const label = args.map((part) => (part.kind === "StringLiteral" ? part.value : "")).join(".");
  const [app, model = ""] = label.split(".");
  return models.model(label) ?? models.modelsNamed(model).find(({ appLabel }) => appLabel === app);
}
