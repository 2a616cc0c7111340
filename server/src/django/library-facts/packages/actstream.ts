import {
  column,
  foreignKey,
  genericForeignKey,
  type LibraryModel,
  libraryModel,
  userModel,
} from "../library-model.ts";

export const actstream: readonly LibraryModel[] = [
  libraryModel("actstream.models.Action", "actstream", {
    fields: {
      actor_content_type: foreignKey("contenttypes.ContentType", { relatedName: "actor" }),
      actor_object_id: column("CharField", { indexed: true }),
      actor: genericForeignKey("actor_content_type", "actor_object_id"),
      verb: column("CharField", { indexed: true }),
      description: column("TextField", { null: true }),
      target_content_type: foreignKey("contenttypes.ContentType", { null: true, relatedName: "target" }),
      target_object_id: column("CharField", { null: true, indexed: true }),
      target: genericForeignKey("target_content_type", "target_object_id"),
      action_object_content_type: foreignKey("contenttypes.ContentType", {
        null: true,
        relatedName: "action_object",
      }),
      action_object_object_id: column("CharField", { null: true, indexed: true }),
      action_object: genericForeignKey("action_object_content_type", "action_object_object_id"),
      timestamp: column("DateTimeField", { indexed: true, hasDefault: true }),
      public: column("BooleanField", { indexed: true, hasDefault: true }),
    },
    managers: ["objects"],
    meta: { ordering: ["-timestamp"] },
  }),
  libraryModel("actstream.models.Follow", "actstream", {
    fields: {
      user: foreignKey(userModel),
      content_type: foreignKey("contenttypes.ContentType"),
      object_id: column("CharField", { indexed: true }),
      follow_object: genericForeignKey("content_type", "object_id"),
      actor_only: column("BooleanField", { hasDefault: true }),
      flag: column("CharField", { indexed: true, hasDefault: true }),
      started: column("DateTimeField", { indexed: true, hasDefault: true }),
    },
    managers: ["objects"],
    meta: { uniqueTogether: [["user", "content_type", "object_id", "flag"]] },
  }),
];
