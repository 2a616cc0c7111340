import { column, foreignKey, genericForeignKey, type LibraryModel, libraryModel } from "../library-model.ts";

export const taggit: readonly LibraryModel[] = [
  libraryModel("taggit.models.NaturalKeyModel", "taggit", { abstract: true }),
  libraryModel("taggit.models.ItemBase", "taggit", {
    bases: ["taggit.models.NaturalKeyModel"],
    abstract: true,
    managers: ["objects"],
  }),
  libraryModel("taggit.models.TagBase", "taggit", {
    bases: ["taggit.models.NaturalKeyModel"],
    abstract: true,
    fields: { name: column("CharField", { unique: true }), slug: column("SlugField", { unique: true }) },
    managers: ["objects"],
  }),
  libraryModel("taggit.models.CommonGenericTaggedItemBase", "taggit", {
    bases: ["taggit.models.ItemBase"],
    abstract: true,
    fields: {
      content_type: foreignKey("contenttypes.ContentType", {
        relatedName: "%(app_label)s_%(class)s_tagged_items",
      }),
      content_object: genericForeignKey("content_type", "object_id"),
    },
  }),
  libraryModel("taggit.models.Tag", "taggit", { bases: ["taggit.models.TagBase"] }),
  libraryModel("taggit.models.TaggedItemBase", "taggit", {
    bases: ["taggit.models.ItemBase"],
    abstract: true,
    fields: { tag: foreignKey("taggit.Tag", { relatedName: "%(app_label)s_%(class)s_items" }) },
  }),
  libraryModel("taggit.models.GenericTaggedItemBase", "taggit", {
    bases: ["taggit.models.CommonGenericTaggedItemBase"],
    abstract: true,
    fields: { object_id: column("IntegerField", { indexed: true }) },
  }),
  libraryModel("taggit.models.GenericUUIDTaggedItemBase", "taggit", {
    bases: ["taggit.models.CommonGenericTaggedItemBase"],
    abstract: true,
    fields: { object_id: column("UUIDField", { indexed: true }) },
  }),
  libraryModel("taggit.models.TaggedItem", "taggit", {
    bases: ["taggit.models.GenericTaggedItemBase", "taggit.models.TaggedItemBase"],
    meta: {
      indexes: [["content_type", "object_id"]],
      uniqueConstraints: [["content_type", "object_id", "tag"]],
    },
  }),
];
