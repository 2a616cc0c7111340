/** Methods of objects that hand a message to the mail server and wait for its answer. */
import { unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import type { Interpreter } from "../interpreter.ts";
import { noArguments } from "../language/arguments.ts";
import { recordBlocking } from "./blocking-calls.ts";

const passwordResetForms: ReadonlySet<string> = new Set(["django.contrib.auth.forms.PasswordResetForm"]);

/** Methods of library classes that send, where a class of the project derives from them. */
const sendingMethods: readonly { readonly method: string; readonly classes: ReadonlySet<string> }[] = [
  {
    method: "send",
    classes: new Set([
      "django.core.mail.EmailMessage",
      "django.core.mail.EmailMultiAlternatives",
      "django.core.mail.message.EmailMessage",
      "django.core.mail.message.EmailMultiAlternatives",
      "anymail.message.AnymailMessage",
    ]),
  },
  { method: "save", classes: passwordResetForms },
  { method: "send_mail", classes: passwordResetForms },
];

/** Calls a method that the library defines, where it sends a message of this object of the project. */
export function sendByObject(
  interpreter: Interpreter,
  receiver: PlainObject,
  name: string,
  node: Call,
): Value | undefined {
  const { program } = interpreter;
  const sending = sendingMethods.find(
    ({ method, classes }) => method === name && program.derivesFrom(receiver.symbol, classes),
  );
  if (!sending) return undefined;
  // `PasswordResetForm.save()` calls `send_mail()` for each user, and the project may have one that starts a task.
  const own = name === "save" ? program.lookupMember(receiver.symbol, "send_mail") : undefined;
  if (own?.kind !== "found" || own.symbol.kind !== "function") {
    const [library = ""] = sending.classes;
    return recordEmail(interpreter, node, `${library}().${name}`);
  }
  const callee = interpreter.functionValue(own.symbol, receiver);
  interpreter.callFunction(callee, { ...noArguments, open: true }, node, "framework");
  return unknown;
}

export function recordEmail(interpreter: Interpreter, node: Call, library: string): Value {
  recordBlocking(interpreter, node, { operation: "email", library, wait: "unknown" });
  return unknown;
}
