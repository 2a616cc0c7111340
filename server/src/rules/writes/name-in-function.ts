/** Names of other modules in the code of a function. */

import { type ImportedName, importName } from "../../edits/imports.ts";
import { boundNames } from "../../python/bound-names.ts";
import type { FunctionDef } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/source-file.ts";

/** `name` of `module` for use in the function. Undefined where the function means something else by it. */
export function importInto(
  file: SourceFile,
  inside: FunctionDef | undefined,
  module: string,
  name: string,
): ImportedName | undefined {
  const imported = importName(file, module, name);
  const first = imported?.expression.split(".")[0];
  if (!imported || !first || !inside) return imported;
  const isLocal =
    boundNames(inside.body).has(first) || inside.parameters.some((parameter) => parameter.name === first);
  return isLocal ? undefined : imported;
}
