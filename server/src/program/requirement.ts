import { parseVersion, type Version } from "../django/version.ts";

/** What a dependency specification says about the version that will be installed. */
export interface Requirement {
  /** Normalised as on PyPI: lower case, with `-`. */
  readonly name: string;
  readonly version: Version | undefined;
  /** False where only a lowest version is known. */
  readonly exact: boolean;
}

export function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

const requirementPattern = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*\(?\s*([^;#)]*)/;

/** Reads a PEP 508 requirement: `Django[argon2]>=4.2,<5 ; python_version > "3.9"`. */
export function parseRequirement(text: string): Requirement | undefined {
  const match = requirementPattern.exec(text.trim());
  const [, name, specifier = ""] = match ?? [];
  return name === undefined ? undefined : { name: normalizeName(name), ...versionOf(specifier) };
}

/**
 * The feature version behind a specifier: the exact one for `==`, `~=` and `===`, else the lowest that is allowed
 * (`>=`, `>`, and `^` and `~` of Poetry). An upper bound alone says too little.
 */
export function versionOf(specifier: string): Pick<Requirement, "version" | "exact"> {
  let lowest: Version | undefined;
  for (const clause of specifier.split(",")) {
    const [, operator = "", number = ""] = /^\s*([=<>!~^]{0,3})\s*v?(\d+(?:\.\d+)?)/.exec(clause) ?? [];
    if (number === "") continue;
    const version = parseVersion(number.includes(".") ? number : `${number}.0`);
    switch (operator) {
      case "==":
      case "===":
      case "~=":
      case "":
        return { version, exact: true };
      case ">=":
      case ">":
      case "^":
      case "~":
        lowest = version;
        break;
      default:
        break;
    }
  }
  return { version: lowest, exact: false };
}
