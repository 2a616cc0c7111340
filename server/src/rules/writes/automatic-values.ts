/** What Django assigns to `auto_now` fields on every save, as code. */
import type { Field } from "../../django/model-graph.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { FunctionDef } from "../../syntax/ast.ts";
import type { SourceFile } from "../../syntax/source-file.ts";
import { importInto } from "./name-in-function.ts";

export interface AutomaticValues {
  readonly values: readonly { readonly field: Field; readonly expression: string }[];
  /** Imports that the expressions need. */
  readonly edits: readonly TextEdit[];
}

/** Undefined where the value of one of the fields can't be written. */
export function automaticValues(
  file: SourceFile,
  inside: FunctionDef | undefined,
  fields: readonly Field[],
): AutomaticValues | undefined {
  const values: AutomaticValues["values"][number][] = [];
  const edits: TextEdit[] = [];
  for (const field of fields) {
    const isDate = field.baseClassName === "DateField";
    if (!isDate && field.baseClassName !== "DateTimeField") return undefined;
    const imported = isDate
      ? importInto(file, inside, "datetime", "date")
      : importInto(file, inside, "django.utils", "timezone");
    if (!imported) return undefined;
    values.push({ field, expression: `${imported.expression}.${isDate ? "today" : "now"}()` });
    const isNew = (edit: TextEdit): boolean => !edits.some(({ newText }) => newText === edit.newText);
    edits.push(...imported.edits.filter(isNew));
  }
  return { values, edits };
}
