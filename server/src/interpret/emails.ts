/** Calls that hand a message to the mail server and wait for its answer. */
import { unknown } from "../queryset/join.ts";
import type { PlainObject, Value } from "../queryset/value.ts";
import type { Call } from "../syntax/ast.ts";
import type { Arguments, Interpreter } from "./interpreter.ts";
import { namesInScope } from "./names-in-scope.ts";

/** The object that a library's class makes, so that its methods can be recognised. */
const objectOf = (name: string) => (): Value => ({ kind: "external", name: `${name}()` });

const message = objectOf("django.core.mail.EmailMessage");
const connection = objectOf("django.core.mail.get_connection");

type LibraryFunction = (interpreter: Interpreter, args: Arguments, node: Call) => Value;

const sends: LibraryFunction = (interpreter, _args, node) => recordEmail(interpreter, node);

export const emailFunctions: Readonly<Record<string, LibraryFunction>> = {
  "django.core.mail.send_mail": sends,
  "django.core.mail.send_mass_mail": sends,
  "django.core.mail.mail_admins": sends,
  "django.core.mail.mail_managers": sends,
  "django.core.mail.EmailMessage": message,
  "django.core.mail.EmailMultiAlternatives": message,
  "django.core.mail.message.EmailMessage": message,
  "django.core.mail.message.EmailMultiAlternatives": message,
  "anymail.message.AnymailMessage": message,
  "django.core.mail.EmailMessage().send": sends,
  "django.core.mail.get_connection": connection,
  "django.core.mail.backends.smtp.EmailBackend": connection,
  "django.core.mail.get_connection().send_messages": sends,
  "django.contrib.auth.forms.PasswordResetForm": objectOf("django.contrib.auth.forms.PasswordResetForm"),
  "django.contrib.auth.forms.PasswordResetForm().save": sends,
  "smtplib.SMTP": objectOf("smtplib.SMTP"),
  "smtplib.SMTP_SSL": objectOf("smtplib.SMTP"),
  "smtplib.SMTP().sendmail": sends,
  "smtplib.SMTP().send_message": sends,
  "sendgrid.SendGridAPIClient": objectOf("sendgrid.SendGridAPIClient"),
  "sendgrid.SendGridAPIClient().send": sends,
};

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
  { method: "save", classes: new Set(["django.contrib.auth.forms.PasswordResetForm"]) },
];

/** Whether a method that the library defines sends a message of this object of the project. */
export function sendsEmail(interpreter: Interpreter, receiver: PlainObject, name: string): boolean {
  return sendingMethods.some(
    ({ method, classes }) => method === name && interpreter.program.derivesFrom(receiver.symbol, classes),
  );
}

export function recordEmail(interpreter: Interpreter, node: Call): Value {
  const { frame } = interpreter.state;
  interpreter.effects += 1;
  interpreter.record({
    ...interpreter.context(interpreter.location(node), []),
    kind: "blocking",
    operation: "email",
    function: interpreter.text(node.function),
    node,
    statement: frame.statement,
    names: namesInScope(frame.scope),
  });
  return unknown;
}

/** Names of the functions that a task queue or another thread runs: what is handed to them does not run here. */
export const runsElsewhere: ReadonlySet<string> = new Set([
  "add_job",
  "add_task",
  "apply_async",
  "apply_async_on_commit",
  "defer",
  "delay",
  "delay_on_commit",
  "enqueue",
  "run_in_executor",
  "start_soon",
  "submit",
]);

/** Whether the function is the one that a call of `name` stands for when it is handed over: `partial(send_mail, …)`. */
export function isEmailFunction(name: string): boolean {
  return emailFunctions[name] === sends;
}
