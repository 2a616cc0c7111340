import { column, foreignKey, type LibraryModel, libraryModel, manyToMany } from "../library-model.ts";

export const postOffice: readonly LibraryModel[] = [
  libraryModel("post_office.models.Attachment", "post_office", {
    fields: {
      file: column("FileField"),
      name: column("CharField"),
      emails: manyToMany("post_office.Email", { relatedName: "attachments" }),
      mimetype: column("CharField", { hasDefault: true }),
      headers: column("JSONField", { null: true }),
    },
  }),
  libraryModel("post_office.models.Email", "post_office", {
    fields: {
      from_email: column("CharField"),
      to: column("CommaSeparatedEmailField", { base: "TextField" }),
      cc: column("CommaSeparatedEmailField", { base: "TextField" }),
      bcc: column("CommaSeparatedEmailField", { base: "TextField" }),
      subject: column("CharField"),
      message: column("TextField"),
      html_message: column("TextField"),
      status: column("PositiveSmallIntegerField", { null: true, indexed: true, choices: 4 }),
      recipient_delivery_status: column("PositiveSmallIntegerField", { null: true, choices: 10 }),
      priority: column("PositiveSmallIntegerField", { null: true, choices: 4 }),
      created: column("DateTimeField", { indexed: true, autoNowAdd: true }),
      last_updated: column("DateTimeField", { indexed: true, autoNow: true }),
      scheduled_time: column("DateTimeField", { null: true, indexed: true }),
      expires_at: column("DateTimeField", { null: true }),
      message_id: column("CharField", { null: true }),
      number_of_retries: column("PositiveIntegerField", { null: true }),
      headers: column("JSONField", { null: true }),
      template: foreignKey("post_office.EmailTemplate", { null: true }),
      context: column("JSONField", { null: true }),
      backend_alias: column("CharField", { hasDefault: true }),
    },
  }),
  libraryModel("post_office.models.EmailTemplate", "post_office", {
    fields: {
      name: column("CharField"),
      description: column("TextField"),
      created: column("DateTimeField", { autoNowAdd: true }),
      last_updated: column("DateTimeField", { autoNow: true }),
      subject: column("CharField"),
      content: column("TextField"),
      html_content: column("TextField"),
      language: column("CharField", { hasDefault: true }),
      default_template: foreignKey("self", {
        null: true,
        hasDefault: true,
        relatedName: "translated_templates",
      }),
    },
    managers: ["objects"],
    meta: { ordering: ["name"], uniqueTogether: [["name", "language", "default_template"]] },
  }),
  libraryModel("post_office.models.Log", "post_office", {
    fields: {
      email: foreignKey("post_office.Email", { relatedName: "logs" }),
      date: column("DateTimeField", { autoNowAdd: true }),
      status: column("PositiveSmallIntegerField", { choices: 12 }),
      exception_type: column("CharField"),
      message: column("TextField"),
    },
  }),
];
