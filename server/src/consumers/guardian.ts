/** django-guardian: rows on which a user has permissions. */
import type { Model } from "../django/model-graph.ts";
import type { Consumer, LibraryFunction } from "../interpret/consumer.ts";
import type { Interpreter } from "../interpret/interpreter.ts";
import { unknown } from "../queryset/join.ts";
import type { Value } from "../queryset/value.ts";
import { rowsOfModel } from "./class-queryset.ts";

/** Rows of `klass`, or of the model that the permission is about: `tasks.view_task`. */
const objectsWithPermission: LibraryFunction = (interpreter, args, node) => {
  const given = args.keywords.get("klass") ?? args.positional[2];
  const model = given?.kind === "class" ? given.model : undefined;
  if (given?.kind === "queryset") return { ...given, result: { evaluated: false } };
  if (given?.kind === "manager") return interpreter.initialQueryset(given, node);
  const named = given
    ? model
    : modelOfPermission(interpreter, args.positional[1] ?? args.keywords.get("perms"));
  return named ? rowsOfModel(interpreter, named, node) : unknown;
};

function modelOfPermission({ models }: Interpreter, permission: Value | undefined): Model | undefined {
  const [first] = permission?.kind === "collection" ? (permission.items ?? []) : [permission];
  if (first?.kind !== "literal" || typeof first.value !== "string") return undefined;
  const [, app, name] = /^(\w+)\.(?:add|change|delete|view)_(\w+)$/.exec(first.value) ?? [];
  if (app === undefined || name === undefined) return undefined;
  return [...models.models.values()].find(
    (model) => model.appLabel === app && model.name.toLowerCase() === name,
  );
}

export const guardian: Consumer = {
  name: "guardian",
  functions: {
    "guardian.shortcuts.get_objects_for_user": objectsWithPermission,
    "guardian.shortcuts.get_objects_for_group": objectsWithPermission,
  },
};
