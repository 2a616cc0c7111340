/** How the applications of Celery read Django's settings. */
import { applicationOf, applicationsOf } from "../../django/celery-applications.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";

/** `app.config_from_object("django.conf:settings", namespace="CELERY")` */
export interface SettingsReading {
  readonly module: Module;
  readonly call: Call;
  /** Undefined where none is given: then the old names count, and they alone. */
  readonly namespace: string | undefined;
}

/** Undefined where one of them is not understood, or reads more than Django's settings. */
export function settingsReadings(program: PythonProgram): readonly SettingsReading[] | undefined {
  const readings: SettingsReading[] = [];
  let isKnown = true;
  for (const module of new Set(applicationsOf(program).map((application) => application.module))) {
    walkExpressions(module.file.tree, (node) => {
      if (node.kind !== "Call" || node.function.kind !== "Attribute") return undefined;
      const { attribute, value } = node.function;
      if (!/^config_from_|^add_defaults$/.test(attribute.name) || !applicationOf(program, module, value))
        return undefined;
      const named = (name: string) => node.keywords.find((keyword) => keyword.name?.name === name)?.value;
      const namespace = named("namespace");
      if (
        attribute.name !== "config_from_object" ||
        !isDjangoSettings(program, module, node.arguments[0] ?? named("obj")) ||
        node.keywords.some(({ name }) => name === undefined) ||
        (namespace && namespace.kind !== "StringLiteral")
      ) {
        isKnown = false;
        return undefined;
      }
      readings.push({ module, call: node, namespace: namespace?.value || undefined });
      return undefined;
    });
  }
  return isKnown ? readings : undefined;
}

function isDjangoSettings(program: PythonProgram, module: Module, source: Expression | undefined): boolean {
  if (source?.kind === "StringLiteral") return /^django\.conf[:.]settings$/.test(source.value);
  if (source?.kind !== "Name" && source?.kind !== "Attribute") return false;
  const symbol = program.resolveExpression(module, source);
  return symbol.kind === "external" && symbol.name === "django.conf.settings";
}
