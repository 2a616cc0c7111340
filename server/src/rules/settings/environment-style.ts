/** How a settings file reads the environment, and new values in the same style. */
import { quoted } from "../../edits/dictionary-entries.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";

/** A value that a fix writes. */
export type NewValue =
  | { readonly type: "int"; readonly value: number; readonly variable?: string }
  | { readonly type: "bool"; readonly value: boolean; readonly variable?: string }
  | { readonly type: "str"; readonly value: string; readonly variable?: string }
  /** Python code, as it is. */
  | { readonly type: "code"; readonly code: string };

type Style =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "decouple"; readonly name: string }
  | { readonly kind: "os"; readonly get: string }
  | { readonly kind: "none" };

/**
 * The code for a value. A file that reads settings from the environment gets an expression that reads the variable and
 * has the value as its default; any other file gets the value itself.
 */
export function codeOf(program: PythonProgram, module: Module, value: NewValue): string {
  if (value.type === "code") return value.code;
  const literal = literalOf(module.file.text, value);
  const { variable } = value;
  if (variable === undefined) return literal;
  const style = styleOf(program, module);
  const name = quoted(module.file.text, variable);
  switch (style.kind) {
    case "env":
      return value.type === "str"
        ? `${style.name}(${name}, default=${literal})`
        : `${style.name}.${value.type}(${name}, default=${literal})`;
    case "decouple":
      return value.type === "str"
        ? `${style.name}(${name}, default=${literal})`
        : `${style.name}(${name}, default=${literal}, cast=${value.type})`;
    case "os": {
      const text = quoted(
        module.file.text,
        String(value.value === true ? "True" : value.value === false ? "False" : value.value),
      );
      const read = `${style.get}(${name}, ${text})`;
      if (value.type === "int") return `int(${read})`;
      return value.type === "bool" ? `${read} == ${quoted(module.file.text, "True")}` : read;
    }
    case "none":
      return literal;
  }
}

/** The code for a whole setting: an attribute of a class of django-configurations may be one of its values. */
export function settingCode(
  program: PythonProgram,
  module: Module,
  value: NewValue,
  isInClass: boolean,
): string {
  const values = isInClass ? program.resolveName(module, "values") : undefined;
  const usesValues = values?.kind === "external" && values.name === "configurations.values";
  if (!usesValues || value.type === "code" || value.variable === undefined)
    return codeOf(program, module, value);
  return `values.${valueClasses[value.type]}(${literalOf(module.file.text, value)})`;
}

const valueClasses = { int: "IntegerValue", bool: "BooleanValue", str: "Value" } as const;

function literalOf(text: string, value: Exclude<NewValue, { type: "code" }>): string {
  switch (value.type) {
    case "int":
      return String(value.value);
    case "bool":
      return value.value ? "True" : "False";
    case "str":
      return quoted(text, value.value);
  }
}

/** The file reads settings from the environment in some way that new ones can follow. */
export function readsEnvironment(program: PythonProgram, module: Module): boolean {
  return styleOf(program, module).kind !== "none";
}

function styleOf(program: PythonProgram, module: Module): Style {
  for (const name of ["env", "ENV", "environ_env"]) {
    if (isEnvironmentObject(program, module, name)) return { kind: "env", name };
  }
  const config = program.resolveName(module, "config");
  if (config.kind === "external" && config.name === "decouple.config")
    return { kind: "decouple", name: "config" };
  const { text } = module.file;
  const os = program.resolveName(module, "os");
  if (os.kind === "external" && os.name === "os") {
    const uses = [...text.matchAll(/\bos\.(environ\.get|getenv)\(/g)].map(([, name]) => name);
    const [first] = uses;
    if (first !== undefined) return { kind: "os", get: `os.${first}` };
  }
  return { kind: "none" };
}

function isEnvironmentObject(program: PythonProgram, module: Module, name: string): boolean {
  const symbol = program.resolveName(module, name);
  if (symbol.kind !== "variable") return false;
  return symbol.values.some((value) => {
    if (value.kind !== "Call") return false;
    const made = program.resolveExpression(symbol.module, value.function);
    return made.kind === "external" && /^(environ|environs)\.(\w+\.)?(Env|FileAwareEnv)$/.test(made.name);
  });
}
