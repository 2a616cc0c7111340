/** Which model `settings.AUTH_USER_MODEL` names. */
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol } from "../python/symbols.ts";
import { type Apps, labelByPlace } from "./apps.ts";
import type { Settings } from "./settings.ts";
import { alternativesOf } from "./static-value.ts";

export interface UserModelChoice {
  readonly label: string;
  /** False when the settings don't tell and the label is a guess. */
  readonly certain: boolean;
}

const userBases: ReadonlySet<string> = new Set([
  "django.contrib.auth.models.AbstractUser",
  "django.contrib.auth.models.AbstractBaseUser",
  "django.contrib.auth.base_user.AbstractBaseUser",
]);

const defaultLabel = "auth.User";

export function chooseUserModel(program: PythonProgram, settings: Settings, apps: Apps): UserModelChoice {
  const value = settings.evaluateSetting("AUTH_USER_MODEL");
  if (value === undefined) return { label: defaultLabel, certain: true };
  const labels = new Set(alternativesOf(value).filter((alternative) => typeof alternative === "string"));
  const [label] = labels;
  if (label !== undefined) return { label, certain: labels.size === 1 };
  const [only, ...others] = userClasses(program);
  if (!only || others.length > 0) return { label: defaultLabel, certain: false };
  const moduleName = only.module.name;
  const appLabel = apps.containing(moduleName)?.label ?? labelByPlace(moduleName);
  return { label: `${appLabel}.${only.name}`, certain: false };
}

/** Concrete user classes of the project outside of its tests. */
function userClasses(program: PythonProgram): readonly ClassSymbol[] {
  return program.modules
    .filter((module) => !/(^|\.)tests?(\.|$)/.test(module.name))
    .flatMap((module) => program.classes(module))
    .filter((symbol) => program.derivesFrom(symbol, userBases) && !isAbstractByText(symbol));
}

/** `abstract = True` in the class's own `Meta`; the model itself can't be read before the user model is known. */
function isAbstractByText(symbol: ClassSymbol): boolean {
  return symbol.node.body.some(
    (statement) =>
      statement.kind === "ClassDef" &&
      statement.name.name === "Meta" &&
      statement.body.some(
        (option) =>
          option.kind === "Assign" &&
          option.targets.some((target) => target.kind === "Name" && target.name === "abstract") &&
          option.value.kind === "ConstantLiteral" &&
          option.value.value === "True",
      ),
  );
}
