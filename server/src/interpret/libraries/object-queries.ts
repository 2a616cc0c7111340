/** Methods of Django's own classes that query the database about the one object that they are called on. */
import type { Instance } from "../../queryset/instance.ts";
import { unknown } from "../../queryset/join.ts";
import type { Call } from "../../syntax/ast.ts";
import type { ObjectQuery } from "../facts.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { isConditional } from "../rows/assignments.ts";

/** `refresh_from_db()`, of a row that a queryset loaded. */
export function refreshInstance(
  interpreter: Interpreter,
  instance: Instance,
  name: string,
  args: Arguments,
  node: Call,
): void {
  record(interpreter, instance, name, "refresh", node);
  for (const relation of instance.model.relations.keys()) instance.attributes.delete(relation);
  if (isConditional(interpreter) || readsSomeFields(args)) return;
  for (let row: Instance | undefined = instance; row; row = row.element) row.state.refreshed = true;
}

/** `refresh_from_db(using=None, fields=None, from_queryset=None)`: a queryset may load relations anew. */
function readsSomeFields({ positional, keywords, open }: Arguments): boolean {
  return open || positional.length > 1 || keywords.has("fields") || keywords.has("from_queryset");
}

/** Where Django's `ModelBackend` keeps a user's permissions once it has asked for them. */
const cache = "_perm_cache";

/** `has_perm()` and its like, of a model with `PermissionsMixin`. Asking the same object again is free. */
export function askForPermissions(
  interpreter: Interpreter,
  instance: Instance,
  name: string,
  node: Call,
): void {
  const { model, attributes } = instance;
  const isUser = model.relations.has("groups") && model.relations.has("user_permissions");
  if (!isUser || attributes.has(cache)) return;
  record(interpreter, instance, name, "permissions", node);
  attributes.set(cache, unknown);
}

function record(
  interpreter: Interpreter,
  { isNew, model, source, varies }: Instance,
  method: string,
  purpose: ObjectQuery["purpose"],
  node: Call,
): void {
  interpreter.effects += 1;
  if (isNew || !source || source.single || !interpreter.isRepeated(varies)) return;
  interpreter.record({
    kind: "objectQuery",
    method,
    purpose,
    model,
    queryset: source.queryset,
    text: interpreter.text(node),
    ...interpreter.context(interpreter.location(node), varies),
  });
}
