/** What a project tells Celery: in Django's settings, on `app.conf`, or in a module of its own. */
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import type { Module } from "../python/symbols.ts";
import type { Call, Expression, Statement } from "../syntax/ast.ts";
import { applicationOf, applicationsOf } from "./celery-applications.ts";
import { oldSettingNames } from "./celery-setting-names.ts";
import type { DjangoProject } from "./project.ts";
import { staticValueOf } from "./project-values.ts";
import { joinValues, mappingOf, type StaticValue, stringOf, unknownValue } from "./static-value.ts";

/** Names that are read in some projects, beside those of Celery itself. */
const furtherNames: ReadonlyMap<string, readonly string[]> = new Map([
  ["broker_url", ["CELERY_BROKER"]],
  ["task_time_limit", ["CELERYD_TASK_HARD_TIME_LIMIT"]],
]);

function oldNamesOf(name: string): readonly string[] {
  const old = oldSettingNames.get(name);
  return [...(old === undefined ? [] : [old]), ...(furtherNames.get(name) ?? [])];
}

interface Configuration {
  /** By Celery's own names. */
  readonly values: ReadonlyMap<string, StaticValue>;
  /** With what the names start in Django's settings, `CELERY` where nothing is said. */
  readonly namespaces: ReadonlySet<string>;
  /** False where code that is not understood may set more. */
  readonly complete: boolean;
}

const configurations = new AnswersOf<DjangoProject, Configuration>();

/**
 * A setting of Celery by its own name: `task_time_limit`, `beat_schedule`. Undefined where certainly nothing sets it, so
 * that Celery's default applies.
 */
export function celerySetting(project: DjangoProject, name: string): StaticValue | undefined {
  const { values, namespaces, complete } = remembered(configurations, project, () =>
    configurationOf(project),
  );
  const names = new Set([
    ...[...namespaces].map((namespace) => `${namespace}_${name}`.toUpperCase()),
    ...oldNamesOf(name),
  ]);
  const given = [
    values.get(name),
    ...[...names].map((each) => project.settings.evaluateSetting(each)),
    ...oldNamesOf(name).map((each) => values.get(each)),
  ].filter((value) => value !== undefined);
  const known = given.filter(({ kind }) => kind !== "unknown");
  const [first, ...rest] = known;
  if (first) return rest.reduce(joinValues, first);
  return given.length > 0 || !complete ? unknownValue : undefined;
}

function configurationOf(project: DjangoProject): Configuration {
  const reader = new ConfigurationReader(project);
  const applications = applicationsOf(project.program);
  if (applications.some(({ inFunction }) => inFunction)) reader.complete = false;
  for (const module of new Set(applications.map((application) => application.module))) {
    reader.read(module, module.file.tree.body);
  }
  return reader;
}

class ConfigurationReader implements Configuration {
  readonly values = new Map<string, StaticValue>();
  readonly namespaces = new Set(["CELERY"]);
  complete = true;
  readonly #project: DjangoProject;

  constructor(project: DjangoProject) {
    this.#project = project;
  }

  /** Statements of a module that makes or configures an application. */
  read(module: Module, statements: readonly Statement[]): void {
    for (const statement of statements) {
      switch (statement.kind) {
        case "Assign":
          for (const target of statement.targets) this.#assign(module, target, statement.value);
          break;
        case "ExpressionStatement":
          if (statement.value.kind === "Call") this.#call(module, statement.value);
          break;
        case "If":
          this.read(module, [...statement.body, ...statement.orElse]);
          break;
        case "Try":
          this.read(module, [...statement.body, ...statement.orElse]);
          break;
        default:
      }
    }
  }

  #assign(module: Module, target: Expression, value: Expression): void {
    if (target.kind === "Attribute" && this.#isConfiguration(module, target.value)) {
      this.#set(target.attribute.name, this.#evaluate(module, value));
    }
    if (target.kind === "Subscript" && this.#isConfiguration(module, target.value)) {
      const name = stringOf(this.#evaluate(module, target.index));
      if (name === undefined) this.complete = false;
      else this.#set(name, this.#evaluate(module, value));
    }
  }

  #call(module: Module, call: Call): void {
    const { function: callee } = call;
    if (callee.kind !== "Attribute") return;
    const method = callee.attribute.name;
    if (method === "update" && this.#isConfiguration(module, callee.value)) this.#update(module, call);
    if (applicationOf(this.#project.program, module, callee.value) === undefined) return;
    if (method === "config_from_object") this.#readObject(module, call);
    if (method === "config_from_envvar" || method === "add_defaults") this.complete = false;
  }

  #update(module: Module, { arguments: positional, keywords }: Call): void {
    for (const argument of positional) {
      const mapping = mappingOf(this.#evaluate(module, argument));
      for (const [name, value] of mapping?.entries ?? []) this.#set(name, value);
      if (!mapping?.complete) this.complete = false;
    }
    for (const { name, value } of keywords) {
      if (name) {
        this.#set(name.name, this.#evaluate(module, value));
        continue;
      }
      const mapping = mappingOf(this.#evaluate(module, value));
      for (const [each, element] of mapping?.entries ?? []) this.#set(each, element);
      if (!mapping?.complete) this.complete = false;
    }
  }

  /** `app.config_from_object("django.conf:settings", namespace="CELERY")`, or a module of the project's own. */
  #readObject(module: Module, { arguments: positional, keywords }: Call): void {
    const named = (name: string) => keywords.find((keyword) => keyword.name?.name === name)?.value;
    const source = positional[0] ?? named("obj");
    if (!source) return;
    const given = stringOf(this.#evaluate(module, source));
    const namespace = named("namespace");
    const prefix = namespace && stringOf(this.#evaluate(module, namespace));
    if (prefix) this.namespaces.add(prefix);
    const symbol =
      given === undefined
        ? this.#project.program.resolveExpression(module, source)
        : this.#project.program.resolveDottedName(given.replace(":", "."));
    if (symbol.kind === "external" && symbol.name === "django.conf.settings") return;
    if (symbol.kind !== "module" && symbol.kind !== "class") {
      this.complete = false;
      return;
    }
    const { module: holder } = symbol;
    // Django's settings by the name of their module.
    if (symbol.kind === "module" && holder === this.#project.settings.module) return;
    const body = symbol.kind === "class" ? symbol.node.body : holder.file.tree.body;
    for (const statement of body) {
      if (statement.kind !== "Assign") continue;
      for (const target of statement.targets) {
        if (target.kind !== "Name") continue;
        const name = prefix ? withoutPrefix(target.name, prefix) : target.name;
        this.#set(name, this.#evaluate(holder, statement.value));
      }
    }
  }

  /** `app.conf` */
  #isConfiguration(module: Module, node: Expression): boolean {
    return (
      node.kind === "Attribute" &&
      node.attribute.name === "conf" &&
      applicationOf(this.#project.program, module, node.value) !== undefined
    );
  }

  #evaluate(module: Module, node: Expression): StaticValue {
    return staticValueOf(this.#project, module, node);
  }

  #set(name: string, value: StaticValue): void {
    const before = this.values.get(name);
    this.values.set(name, before ? joinValues(before, value) : value);
  }
}

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(`${prefix}_`) ? name.slice(prefix.length + 1).toLowerCase() : name;
}
