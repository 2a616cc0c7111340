import {
  column,
  foreignKey,
  genericForeignKey,
  type LibraryModel,
  libraryModel,
  userModel,
} from "../library-model.ts";

export const guardian: readonly LibraryModel[] = [
  libraryModel("guardian.models.BaseGenericObjectPermission", "guardian", {
    abstract: true,
    fields: {
      content_type: foreignKey("contenttypes.ContentType"),
      object_pk: column("CharField"),
      content_object: genericForeignKey("content_type", "object_pk"),
    },
    meta: { indexes: [["content_type", "object_pk"]] },
  }),
  libraryModel("guardian.models.BaseObjectPermission", "guardian", {
    abstract: true,
    fields: { permission: foreignKey("auth.Permission") },
  }),
  libraryModel("guardian.models.GroupObjectPermissionBase", "guardian", {
    bases: ["guardian.models.BaseObjectPermission"],
    abstract: true,
    fields: { group: foreignKey("auth.Group") },
    managers: ["objects"],
    meta: { uniqueTogether: [["group", "permission", "content_object"]] },
  }),
  libraryModel("guardian.models.UserObjectPermissionBase", "guardian", {
    bases: ["guardian.models.BaseObjectPermission"],
    abstract: true,
    fields: { user: foreignKey(userModel) },
    managers: ["objects"],
    meta: { uniqueTogether: [["user", "permission", "content_object"]] },
  }),
  libraryModel("guardian.models.GroupObjectPermissionAbstract", "guardian", {
    bases: ["guardian.models.GroupObjectPermissionBase", "guardian.models.BaseGenericObjectPermission"],
    abstract: true,
    meta: {
      uniqueTogether: [["group", "permission", "object_pk"]],
      indexes: [["content_type", "object_pk"]],
    },
  }),
  libraryModel("guardian.models.UserObjectPermissionAbstract", "guardian", {
    bases: ["guardian.models.UserObjectPermissionBase", "guardian.models.BaseGenericObjectPermission"],
    abstract: true,
    meta: { uniqueTogether: [["user", "permission", "object_pk"]], indexes: [["content_type", "object_pk"]] },
  }),
  libraryModel("guardian.models.GroupObjectPermission", "guardian", {
    bases: ["guardian.models.GroupObjectPermissionAbstract"],
    meta: {
      uniqueTogether: [["group", "permission", "object_pk"]],
      indexes: [
        ["permission", "group", "content_type", "object_pk"],
        ["group", "content_type", "object_pk"],
      ],
    },
  }),
  libraryModel("guardian.models.UserObjectPermission", "guardian", {
    bases: ["guardian.models.UserObjectPermissionAbstract"],
    meta: {
      uniqueTogether: [["user", "permission", "object_pk"]],
      indexes: [
        ["permission", "user", "content_type", "object_pk"],
        ["user", "content_type", "object_pk"],
      ],
    },
  }),
];
