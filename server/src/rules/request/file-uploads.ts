/** Where the project takes files from its users and stores them with rows: forms, serializers and views. */
import type { Location } from "../../base/text-range.ts";
import { isAdminClass } from "../../django/admin-classes.ts";
import { classBody } from "../../django/class-body.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { isFileColumn } from "../../interpret/libraries/file-values.ts";
import type { ClassSymbol, Module } from "../../python/symbols.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { isForTests } from "../for-tests.ts";
import type { RuleContext } from "../rule-context.ts";

export interface FileUpload {
  readonly model: Model;
  readonly field: Field;
  readonly location: Location;
  /** `DocumentForm`, `upload()` */
  readonly name: string;
}

const formClasses: ReadonlySet<string> = new Set([
  "django.forms.ModelForm",
  "django.forms.models.ModelForm",
  "rest_framework.serializers.ModelSerializer",
  "rest_framework.serializers.HyperlinkedModelSerializer",
]);
const viewClasses: ReadonlySet<string> = new Set(
  ["CreateView", "UpdateView"].flatMap((name) => [
    `django.views.generic.${name}`,
    `django.views.generic.edit.${name}`,
  ]),
);

export function fileUploads(context: RuleContext): readonly FileUpload[] {
  const { models, program } = context.project;
  const hasFiles = [...models.models.values()].some(({ fields }) => [...fields.values()].some(isFileColumn));
  if (!hasFiles) return [];
  const modules = program.modules.filter(({ firstParty }) => firstParty);
  const classes = modules.flatMap((module) => program.classes(module));
  const ofAdmin = formsOfAdmin(context, classes);
  return [
    ...classes.filter(({ id }) => !ofAdmin.has(id)).flatMap((symbol) => uploadsOfClass(context, symbol)),
    ...modules
      .filter(({ file }) => mentions(file, /\bFILES\b/))
      .flatMap((module) => uploadsOfRequests(context, module)),
  ].filter(({ location }) => !isForTests(context, location));
}

/** Few people use them. */
function formsOfAdmin({ project: { program } }: RuleContext, classes: readonly ClassSymbol[]) {
  return new Set(
    classes
      .filter((symbol) => isAdminClass(program, symbol))
      .flatMap((symbol) => {
        const form = classBody(symbol).attributes.find(({ name }) => name === "form");
        const named = form && program.resolveExpression(symbol.module, form.value, symbol);
        return named?.kind === "class" ? named.id : [];
      }),
  );
}

function uploadsOfClass(context: RuleContext, symbol: ClassSymbol): readonly FileUpload[] {
  const { models, program } = context.project;
  const isForm = program.derivesFrom(symbol, formClasses);
  if (!isForm && !program.derivesFrom(symbol, viewClasses)) return [];
  const meta = isForm ? program.lookupMember(symbol, "Meta") : undefined;
  const holder = meta?.kind === "found" && meta.symbol.kind === "class" ? meta.symbol : symbol;
  const options = new Map(classBody(holder).attributes.map(({ name, value }) => [name, value]));
  const named = options.get("model");
  const resolved = named && program.resolveExpression(holder.module, named, holder);
  const model = resolved?.kind === "class" ? models.modelOfClass(resolved) : undefined;
  if (!model) return [];
  const excluded = new Set(
    ["exclude", "read_only_fields"].flatMap((name) => stringsOf(options.get(name)) ?? []),
  );
  const given = options.get("fields");
  const all = given ? given.kind === "StringLiteral" && given.value === "__all__" : options.has("exclude");
  const names = all ? [...model.fields.keys()] : (stringsOf(given) ?? []);
  const { name } = symbol;
  const location = {
    path: symbol.module.file.path,
    range: { start: symbol.node.name.start, end: symbol.node.name.end },
  };
  return names.flatMap((each): readonly FileUpload[] => {
    const field = model.fields.get(each);
    const isTaken = field && isFileColumn(field) && !excluded.has(each) && !checksSize(symbol, each);
    return isTaken ? [{ model, field, location, name }] : [];
  });
}

function stringsOf(value: Expression | undefined): readonly string[] | undefined {
  if (value?.kind !== "ListLiteral" && value?.kind !== "TupleLiteral") return undefined;
  return value.elements.flatMap((element) => (element.kind === "StringLiteral" ? element.value : []));
}

/** `def clean_file(self): if self.cleaned_data["file"].size > limit: …` */
function checksSize({ node, module }: ClassSymbol, field: string): boolean {
  return node.body.some(
    (statement) =>
      statement.kind === "FunctionDef" &&
      [`clean_${field}`, "clean", `validate_${field}`, "validate"].includes(statement.name.name) &&
      /\bsize\b/.test(module.file.text.slice(statement.start, statement.end)),
  );
}

/** `Document(file=request.FILES["file"])`, `Document.objects.create(file=…)` */
function uploadsOfRequests({ project }: RuleContext, module: Module): readonly FileUpload[] {
  const { models, program } = project;
  const modelOf = ({ function: callee }: Call): Model | undefined => {
    const isCreate =
      callee.kind === "Attribute" && callee.attribute.name === "create" && callee.value.kind === "Attribute";
    const symbol = program.resolveExpression(module, isCreate ? callee.value.value : callee);
    return symbol.kind === "class" ? models.modelOfClass(symbol) : undefined;
  };
  return program.functions(module).flatMap(({ node, qualifiedName }) => {
    const found: FileUpload[] = [];
    if (/\.size\b/.test(module.file.text.slice(node.start, node.end))) return found;
    walkExpressions(node, (part) => {
      if (part.kind !== "Call") return undefined;
      const uploaded = part.keywords.filter(({ value }) => isFileOfRequest(value));
      const model = uploaded.length > 0 ? modelOf(part) : undefined;
      for (const { name, value } of uploaded) {
        const field = name && model?.fields.get(name.name);
        if (!model || !field || !isFileColumn(field)) continue;
        const location = { path: module.file.path, range: { start: value.start, end: value.end } };
        found.push({ model, field, location, name: `${qualifiedName}()` });
      }
      return undefined;
    });
    return found;
  });
}

/** `request.FILES["file"]`, `self.request.FILES.get("file")` */
function isFileOfRequest(value: Expression): boolean {
  const holder =
    value.kind === "Subscript"
      ? value.value
      : value.kind === "Call" &&
          value.function.kind === "Attribute" &&
          value.function.attribute.name === "get"
        ? value.function.value
        : undefined;
  return holder?.kind === "Attribute" && holder.attribute.name === "FILES";
}
