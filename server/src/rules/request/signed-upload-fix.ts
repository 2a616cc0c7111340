/** A view that signs an upload, so that the browser can send the file to the storage itself. */
import type { Field, Model } from "../../django/model-graph.ts";
import { importBlock } from "../../edits/import-block.ts";
import { importAll, importName } from "../../edits/imports.ts";
import { snakeCase } from "../../edits/names.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { moduleOfApp } from "./task-module.ts";

/** For storages of boto3. None where the views of the application are a package, or its names mean something else. */
export function signedUploadFixes(
  context: RuleContext,
  symbol: ClassSymbol,
  { name: model }: Model,
  { name: column }: Field,
): readonly Fix[] {
  const views =
    symbol.qualifiedName === symbol.name ? moduleOfApp(context, symbol.module, "views") : undefined;
  if (!views || views.module?.isPackage) return [];
  const own = `${views.app.moduleName}.`;
  const absolute = symbol.module.name;
  const relative = absolute.startsWith(own) ? `.${absolute.slice(own.length)}` : absolute;
  const file = views.module?.file;
  const existing = (module: string) => {
    const imported = file && importName(file, module, model);
    return imported?.edits.length === 0 ? imported.expression : undefined;
  };
  const source = existing(absolute) === undefined ? relative : absolute;
  const wanted = [
    ["django.contrib.auth.decorators", "login_required"],
    ["django.http", "JsonResponse"],
    ["django.views.decorators.http", "require_POST"],
    [source, model],
  ] as const;
  const name = `sign_${snakeCase(model)}_${column}`;
  const view = codeOfView(name, existing(source) ?? model, column);
  const title = `Add ${name}() to ${views.name}: a browser asks it where to send the file`;
  const fix = { title, safety: "suggestion", preferred: true } as const;
  if (!file) {
    const imports = wanted.map(([module, imports]) => ({ module, name: imports }));
    const block = importBlock(imports, (dotted) => context.project.program.module(dotted) !== undefined);
    const newText = `${block}\n\n${view}`;
    return [{ ...fix, edits: [{ path: views.path, range: { start: 0, end: 0 }, newText }] }];
  }
  const edits = importAll(
    file,
    wanted.map(([module, each]) => ({ module, names: [each] })),
  );
  if (!edits || new RegExp(`\\b${name}\\b`).test(file.text)) return [];
  const end = { start: file.text.length, end: file.text.length };
  const separator = file.text.trim() === "" ? "" : file.text.endsWith("\n") ? "\n\n" : "\n\n\n";
  const { path } = views;
  const added = [...edits, { range: end, newText: `${separator}${view}` }];
  return [{ ...fix, edits: added.map((edit) => ({ path, ...edit })) }];
}

function codeOfView(name: string, model: string, column: string): string {
  return `@login_required
@require_POST
def ${name}(request):
    """The browser posts the file to "url" with "fields", and then hands in "key" in place of the file."""
    field = ${model}._meta.get_field("${column}")
    storage = field.storage
    key = storage.get_available_name(field.generate_filename(${model}(), request.POST["name"]))
    signed = storage.connection.meta.client.generate_presigned_post(
        storage.bucket_name,
        f"{storage.location}/{key}".lstrip("/"),
        Conditions=[["content-length-range", 1, 1024**3]],
        ExpiresIn=600,
    )
    return JsonResponse({**signed, "key": key})
`;
}
