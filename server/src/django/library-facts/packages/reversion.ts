import {
  column,
  foreignKey,
  genericForeignKey,
  type LibraryModel,
  libraryModel,
  userModel,
} from "../library-model.ts";

export const reversion: readonly LibraryModel[] = [
  libraryModel("reversion.models.Revision", "reversion", {
    fields: {
      date_created: column("DateTimeField", { indexed: true }),
      user: foreignKey(userModel, { null: true }),
      comment: column("TextField"),
    },
    meta: { ordering: ["-pk"] },
  }),
  libraryModel("reversion.models.Version", "reversion", {
    fields: {
      revision: foreignKey("reversion.Revision"),
      object_id: column("CharField"),
      content_type: foreignKey("contenttypes.ContentType"),
      object: genericForeignKey("content_type", "object_id"),
      db: column("CharField"),
      format: column("CharField"),
      serialized_data: column("TextField"),
      object_repr: column("TextField"),
    },
    managers: ["objects"],
    meta: {
      ordering: ["-pk"],
      uniqueTogether: [["db", "content_type", "object_id", "revision"]],
      indexes: [["content_type", "db"]],
    },
  }),
];
