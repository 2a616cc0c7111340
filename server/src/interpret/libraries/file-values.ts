/**
 * Files as values: what somebody uploads with a request, and what lies in a storage or on the disk. What is made of an
 * uploaded file remembers that.
 */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { Field } from "../../django/model-graph.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { ExternalValue, Mapping, Value } from "../../queryset/value.ts";
import type { Interpreter } from "../interpreter.ts";

/** No dotted name that code could have. */
const upload = "uploaded()";
const separator = "|";

export const uploadedFile: ExternalValue = { kind: "external", name: upload };
export const uploadedFiles: ExternalValue = { kind: "external", name: "django.http.HttpRequest().FILES" };
export const storedFile: ExternalValue = { kind: "external", name: "stored()" };
export const storedContent: ExternalValue = { kind: "external", name: "stored().read()" };
/** What a server answered; its content is in memory as a whole. */
export const downloaded: ExternalValue = { kind: "external", name: "downloaded()" };

export function isUploaded(value: Value): boolean {
  return value.kind === "external" && value.name.startsWith(upload);
}

/** `name`, of an object that was made of an uploaded file. */
export function ofUpload(name: string): string {
  return `${upload}${separator}${name}`;
}

/** The name without what tells that it was made of an uploaded file. Empty for the file itself and its attributes. */
export function withoutUpload(name: string): string {
  if (!name.startsWith(upload)) return name;
  return name.startsWith(separator, upload.length) ? name.slice(upload.length + separator.length) : "";
}

/** An open file, or the column of a row that holds one. */
export function isStoredFile(value: Value): boolean {
  switch (value.kind) {
    case "external":
      return value.name === storedFile.name;
    case "unknown":
      return isFileColumn(value.column?.field);
    case "method":
      // `document.file.file`
      return value.name === "file" && isStoredFile(value.receiver);
    default:
      return false;
  }
}

export function isFileColumn(field: Field | undefined): boolean {
  return field?.baseClassName === "FileField" || field?.baseClassName === "ImageField";
}

/** What a method of a stored file gives: the file, opened, or its content. */
export function madeOfStoredFile(receiver: Value, method: string): Value | undefined {
  if (method !== "open" && method !== "read" && method !== "chunks") return undefined;
  if (!isStoredFile(receiver)) return undefined;
  return method === "read" ? storedContent : storedFile;
}

const fileFields: ReadonlySet<string> = new Set(
  ["FileField", "ImageField"].flatMap((name) => [
    `django.forms.${name}`,
    `django.forms.fields.${name}`,
    `rest_framework.serializers.${name}`,
    `rest_framework.fields.${name}`,
  ]),
);

const known = new AnswersOf<PythonProgram, WeakMap<ClassSymbol, ReadonlyMap<string, Value>>>();

/** The fields of a form or serializer to which files are uploaded, by name. */
export function uploadsOf({ program }: Interpreter, symbol: ClassSymbol): ReadonlyMap<string, Value> {
  const ofProgram = remembered(known, program, () => new WeakMap<ClassSymbol, ReadonlyMap<string, Value>>());
  return remembered(ofProgram, symbol, () => filesOf(program, symbol));
}

/** `validated_data` of a serializer that has fields for files; undefined for any other. */
export function validatedData(interpreter: Interpreter, symbol: ClassSymbol): Mapping | undefined {
  const files = uploadsOf(interpreter, symbol);
  return files.size > 0 ? mappingOf(files, { size: { kind: "unknown" } }) : undefined;
}

function filesOf(program: PythonProgram, symbol: ClassSymbol): ReadonlyMap<string, Value> {
  const files = new Map<string, Value>();
  for (const owner of program.mro(symbol)) {
    if (owner.kind !== "class") continue;
    for (const [name, member] of program.members(owner)) {
      const [field] = member.kind === "variable" ? member.values : [];
      if (field?.kind !== "Call") continue;
      const made = program.resolveExpression(owner.module, field.function, owner);
      if (made.kind === "external" && fileFields.has(made.name)) files.set(name, uploadedFile);
    }
  }
  return files;
}
