import { column, foreignKey, type LibraryModel, libraryModel, userModel } from "../library-model.ts";

export const auditlog: readonly LibraryModel[] = [
  libraryModel("auditlog.models.AbstractLogEntry", "auditlog", {
    abstract: true,
    fields: {
      content_type: foreignKey("contenttypes.ContentType", { relatedName: "+" }),
      object_pk: column("CharField", { indexed: true }),
      object_id: column("BigIntegerField", { null: true, indexed: true }),
      object_repr: column("TextField"),
      serialized_data: column("JSONField", { null: true }),
      action: column("PositiveSmallIntegerField", { indexed: true, choices: 4 }),
      changes_text: column("TextField"),
      changes: column("JSONField", { null: true }),
      actor: foreignKey(userModel, { null: true, relatedName: "+" }),
      cid: column("CharField", { null: true, indexed: true }),
      remote_addr: column("GenericIPAddressField", { null: true }),
      remote_port: column("PositiveIntegerField", { null: true }),
      timestamp: column("DateTimeField", { indexed: true, hasDefault: true }),
      additional_data: column("JSONField", { null: true }),
      actor_email: column("CharField", { null: true }),
    },
    managers: ["objects"],
    meta: { ordering: ["-timestamp"], getLatestBy: ["timestamp"] },
  }),
  libraryModel("auditlog.models.LogEntry", "auditlog", {
    bases: ["auditlog.models.AbstractLogEntry"],
    swappable: "AUDITLOG_LOGENTRY_MODEL",
    meta: { ordering: ["-timestamp"], getLatestBy: ["timestamp"] },
  }),
];
