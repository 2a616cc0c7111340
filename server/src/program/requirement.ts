import { parseVersion, type Version } from "../django/version.ts";

/** What a dependency specification says about the version that will be installed. */
export interface Requirement {
  /** Normalised as on PyPI: lower case, with `-`. */
  readonly name: string;
  readonly version: Version | undefined;
  /** False where only a lowest version is known. */
  readonly exact: boolean;
  /** As it is written: `>=4.2,<5`. */
  readonly specifier: string;
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
export function versionOf(specifier: string): Omit<Requirement, "name"> {
  const written = specifier.trim();
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
        return { version, exact: true, specifier: written };
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
  return { version: lowest, exact: false, specifier: written };
}

/** Whether some release of a feature version may be installed. A clause that is not understood forbids nothing. */
export function allowsVersion(specifier: string, version: Version): boolean {
  return specifier.split(",").every((clause) => clauseAllows(clause, version));
}

function clauseAllows(clause: string, version: Version): boolean {
  const [, operator = "", number = ""] = /^\s*([=<>!~^]{0,3})\s*v?(\d+(?:\.\d+)*)/.exec(clause) ?? [];
  const [major = "", minor = "0", patch] = number.split(".");
  if (major === "") return true;
  const difference = version.major - Number(major) || version.minor - Number(minor);
  switch (operator) {
    case "":
    case "==":
    case "===":
      // Of `==5.*`, any minor one.
      return number.includes(".") ? difference === 0 : version.major === Number(major);
    case ">=":
    case ">":
      return difference >= 0;
    case "<=":
      return difference <= 0;
    case "<":
      return difference < 0 || (difference === 0 && Number(patch ?? 0) > 0);
    case "~=":
      return difference >= 0 && (patch === undefined ? version.major === Number(major) : difference === 0);
    case "^":
      return difference >= 0 && version.major === Number(major);
    case "~":
      return number.includes(".") ? difference === 0 : version.major === Number(major);
    default:
      return true;
  }
}
