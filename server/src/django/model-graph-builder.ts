/** Builds the model graph of a project from its Python sources, its settings and the library facts. */
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, Module } from "../python/symbols.ts";
import { createAncestryReader } from "./ancestry.ts";
import { type Apps, findApps } from "./apps.ts";
import { findClassOfApp } from "./class-loading.ts";
import { findDynamicFields } from "./dynamic-fields.ts";
import { createFieldReader } from "./field-declarations.ts";
import {
  contribModels,
  libraryAutoField,
  libraryModelLabelled,
  libraryModelsOfApp,
} from "./library-facts/library-facts.ts";
import type { LibraryModel } from "./library-facts/library-model.ts";
import { createManagerReader } from "./manager-declarations.ts";
import { assembleModelGraph } from "./model-assembly.ts";
import { createModelDeclarations, type ModelDeclarations } from "./model-declarations.ts";
import type { ModelGraph } from "./model-graph.ts";
import { type Additions, createModelInheritance } from "./model-inheritance.ts";
import { createModelRegistry, type ModelRegistry, type RegisteredModel } from "./model-registry.ts";
import type { DjangoApp } from "./project.ts";
import type { Settings } from "./settings.ts";
import { createEvaluator } from "./static-evaluator.ts";
import { known, stringOf } from "./static-value.ts";
import { chooseUserModel, type UserModelChoice } from "./user-model.ts";
import type { Version } from "./version.ts";
import { mayApply } from "./versions.ts";

export interface BuiltModelGraph {
  readonly models: ModelGraph;
  readonly apps: readonly DjangoApp[];
}

/**
 * @param settings without settings, applications are guessed from the packages that have models
 * @param bodyRead told of each module from whose function bodies something was concluded
 */
export function buildModelGraph(
  program: PythonProgram,
  settings: Settings,
  django: Version | undefined,
  bodyRead: (module: Module) => void = () => {},
): BuiltModelGraph {
  // The user model and the applications are found with the evaluator that asks for them: both are late.
  const late: { apps: Apps | undefined; userModel: UserModelChoice | undefined } = {
    apps: undefined,
    userModel: undefined,
  };
  const evaluator = createEvaluator({
    program,
    setting: (name) =>
      name === "AUTH_USER_MODEL" && late.userModel
        ? known(late.userModel.label)
        : settings.evaluateSetting(name),
    userModelLabel: () => late.userModel?.label,
    bodyRead,
    loadClass: (moduleLabel, className) =>
      late.apps && findClassOfApp(program, late.apps.apps, moduleLabel, className),
  });
  const apps = findApps(program, settings, evaluator);
  late.apps = apps;
  const userModel = chooseUserModel(program, settings, apps);
  late.userModel = userModel;

  const ancestry = createAncestryReader(evaluator, {
    classLabelled: (label) => classLabelled(program, apps, label),
  });
  const fieldReader = createFieldReader(evaluator);
  const declarations = createModelDeclarations(
    evaluator,
    ancestry,
    fieldReader,
    createManagerReader(evaluator),
  );
  const registry = createModelRegistry(evaluator, declarations, apps, userModel.label);
  registerModels(program, declarations, registry, apps);

  const additions = findDynamicFields(evaluator, fieldReader, registry);
  const inheritance = createModelInheritance({
    declarations,
    registry,
    primaryKeyClass: (model) => primaryKeyClass(settings, apps, django, model),
    additions: (model): Additions | undefined => additions.get(model),
  });
  const models = assembleModelGraph({ evaluator, declarations, registry, inheritance, userModel });
  return { models, apps: apps.apps };
}

function registerModels(
  program: PythonProgram,
  declarations: ModelDeclarations,
  registry: ModelRegistry,
  apps: Apps,
): void {
  const registerClass = (symbol: ClassSymbol): void => {
    // A class in a function's body is made anew with each call: it is in no application.
    if (symbol.qualifiedName.includes("<locals>")) return;
    const declaration = declarations.ofClass(symbol);
    if (declaration) registry.register(declaration);
  };
  for (const module of program.modules) {
    for (const symbol of program.classes(module)) registerClass(symbol);
    for (const symbol of program.madeClasses(module)) registerClass(symbol);
  }
  for (const app of apps.apps) {
    const sources = libraryClasses(program, app);
    if (sources) sources.forEach(registerClass);
    else
      registerFacts(
        declarations,
        registry,
        libraryModelsOfApp(app.label).filter((model) => belongsTo(model, app)),
      );
  }
  // Where the settings don't tell, a Django project has the usual applications.
  if (!apps.complete) registerFacts(declarations, registry, contribModels);
}

function registerFacts(
  declarations: ModelDeclarations,
  registry: ModelRegistry,
  models: readonly LibraryModel[],
): void {
  for (const model of models) registry.register(declarations.ofLibrary(model));
}

function belongsTo(model: LibraryModel, app: DjangoApp): boolean {
  return model.path.startsWith(`${app.moduleName.split(".")[0]}.`);
}

/** The model classes of an installed library whose sources are part of the program; undefined where they are not. */
function libraryClasses(program: PythonProgram, app: DjangoApp): readonly ClassSymbol[] | undefined {
  const models = program.module(`${app.moduleName}.models`);
  if (!models) return undefined;
  if (models.firstParty) return [];
  const classes = [...program.classes(models), ...program.madeClasses(models)];
  for (const statement of models.file.tree.body) {
    if (statement.kind !== "ImportFrom") continue;
    for (const symbol of program.resolveImport(models, statement).values()) {
      if (symbol.kind === "class" && symbol.module.name.startsWith(app.moduleName)) classes.push(symbol);
    }
  }
  return classes;
}

/** The class that a label names, found without reading any model: a base class may be given by its label. */
function classLabelled(
  program: PythonProgram,
  apps: Apps,
  label: string,
): ClassSymbol | LibraryModel | undefined {
  const [appLabel, name] = label.split(".");
  const app = apps.apps.find((candidate) => candidate.label === appLabel);
  if (name === undefined) return undefined;
  const symbol = app && program.resolveDottedName(`${app.moduleName}.models.${name}`);
  return symbol?.kind === "class" ? symbol : libraryModelLabelled(label);
}

function primaryKeyClass(
  settings: Settings,
  apps: Apps,
  django: Version | undefined,
  model: RegisteredModel,
): string {
  const ofApp = apps.defaultAutoFields.get(model.appLabel) ?? libraryAutoField(model.appLabel);
  const setting = settings.evaluateSetting("DEFAULT_AUTO_FIELD");
  const path = ofApp ?? (setting && stringOf(setting));
  const byDefault = mayApply("bigAutoFieldByDefault", django) ? "BigAutoField" : "AutoField";
  return path?.split(".").at(-1) ?? byDefault;
}
