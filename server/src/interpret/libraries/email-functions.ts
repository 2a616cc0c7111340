/** Functions that hand a message to the mail server and wait for its answer. */
import type { LibraryCall } from "./library-call.ts";

const sends: LibraryCall = { operation: "email" };
/** The sixth argument is a connection that others use as well. */
const message: LibraryCall = {
  gives: ({ positional, keywords }) =>
    `django.core.mail.EmailMessage(${keywords.has("connection") || positional.length > 5 ? "connection" : ""})`,
};
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
  "django.core.mail.EmailMessage(connection).send": sends,
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
  "sendgrid.SendGridAPIClient().client.mail.send.post": sends,
  "mailjet_rest.Client": { gives: "mailjet_rest.Client()" },
  "mailjet_rest.Client().send.create": sends,
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
