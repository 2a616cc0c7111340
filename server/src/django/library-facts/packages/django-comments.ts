import {
  column,
  foreignKey,
  genericForeignKey,
  type LibraryModel,
  libraryModel,
  userModel,
} from "../library-model.ts";

export const djangoComments: readonly LibraryModel[] = [
  libraryModel("django_comments.abstracts.BaseCommentAbstractModel", "django_comments", {
    abstract: true,
    fields: {
      content_type: foreignKey("contenttypes.ContentType", { relatedName: "content_type_set_for_%(class)s" }),
      object_pk: column("CharField", { indexed: true }),
      content_object: genericForeignKey("content_type", "object_pk"),
      site: foreignKey("sites.Site"),
    },
  }),
  libraryModel("django_comments.models.CommentFlag", "django_comments", {
    fields: {
      user: foreignKey(userModel, { relatedName: "comment_flags" }),
      comment: foreignKey("django_comments.Comment", { relatedName: "flags" }),
      flag: column("CharField", { indexed: true }),
      flag_date: column("DateTimeField", { hasDefault: true }),
    },
    meta: { uniqueTogether: [["user", "comment", "flag"]], dbTable: "django_comment_flags" },
  }),
  libraryModel("django_comments.abstracts.CommentAbstractModel", "django_comments", {
    bases: ["django_comments.abstracts.BaseCommentAbstractModel"],
    abstract: true,
    fields: {
      user: foreignKey(userModel, { null: true, relatedName: "%(class)s_comments" }),
      user_name: column("CharField"),
      user_email: column("EmailField"),
      user_url: column("URLField"),
      comment: column("TextField"),
      submit_date: column("DateTimeField", { indexed: true, hasDefault: true }),
      ip_address: column("GenericIPAddressField", { null: true }),
      is_public: column("BooleanField", { hasDefault: true }),
      is_removed: column("BooleanField", { indexed: true, hasDefault: true }),
    },
    managers: ["objects"],
    meta: { ordering: ["submit_date"] },
  }),
  libraryModel("django_comments.models.Comment", "django_comments", {
    bases: ["django_comments.abstracts.CommentAbstractModel"],
    meta: { ordering: ["submit_date"], dbTable: "django_comments" },
  }),
];
