/** Calls that hand a message to the mail server and wait for its answer. */
import { unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import type { Interpreter } from "../interpreter.ts";
import { noArguments } from "../language/arguments.ts";
import { recordBlocking } from "./blocking-calls.ts";
import type { LibraryCall } from "./library-call.ts";

const sends: LibraryCall = { operation: "email" };
const message: LibraryCall = { gives: "django.core.mail.EmailMessage()" };
const connection: LibraryCall = { gives: "django.core.mail.get_connection()" };

/** Mail that goes through a queue unless it is urgent: `priority="now"`. */
const sendsIfUrgent: LibraryCall = {
  operation: "email",
  applies({ keywords }) {
    const priority = keywords.get("priority");
    return priority?.kind === "literal" && priority.value === "now";
  },
};

/** Backends that wait for a server or a service, by the modules that have them. */
const backends: Readonly<Record<string, LibraryCall>> = Object.fromEntries(
  [
    "django.core.mail.backends.smtp.EmailBackend",
    "django_ses.SESBackend",
    ...[
      ..."amazon_ses brevo mailersend mailgun mailjet mailtrap mandrill postal postmark resend scaleway".split(
        " ",
      ),
      ..."sendgrid sendinblue sparkpost unisender_go".split(" "),
    ].map((service) => `anymail.backends.${service}.EmailBackend`),
  ].map((name) => [name, connection]),
);

export const emailCalls: Readonly<Record<string, LibraryCall>> = {
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
  ...backends,
  "django.core.mail.get_connection().send_messages": sends,
  "django.contrib.auth.forms.PasswordResetForm": { gives: "django.contrib.auth.forms.PasswordResetForm()" },
  "django.contrib.auth.forms.PasswordResetForm().save": sends,
  "smtplib.SMTP": {
    operation: "connection",
    timeout: { keyword: "timeout", position: 3, byDefault: "forever" },
    gives: "smtplib.SMTP()",
  },
  "smtplib.SMTP_SSL": {
    operation: "connection",
    timeout: { keyword: "timeout", byDefault: "forever" },
    gives: "smtplib.SMTP()",
  },
  "smtplib.SMTP().sendmail": sends,
  "smtplib.SMTP().send_message": sends,
  "sendgrid.SendGridAPIClient": { gives: "sendgrid.SendGridAPIClient()" },
  "sendgrid.SendGridAPIClient().send": sends,
  "postmarker.core.PostmarkClient": { gives: "postmarker.core.PostmarkClient()" },
  "postmarker.core.PostmarkClient().emails.send": sends,
  "postmarker.core.PostmarkClient().emails.send_batch": sends,
  "boto3.client('ses').send_bulk_email": sends,
  "boto3.client('ses').send_bulk_templated_email": sends,
  "boto3.client('ses').send_email": sends,
  "boto3.client('ses').send_raw_email": sends,
  "boto3.client('ses').send_templated_email": sends,
  "resend.Emails.send": sends,
  "post_office.mail.send": sendsIfUrgent,
  "templated_email.send_templated_mail": sends,
  "templated_email.get_templated_mail": message,
  "mail_templated.send_mail": sends,
  "mail_templated.EmailMessage": message,
};

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
