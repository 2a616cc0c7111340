import { column, foreignKey, type LibraryModel, libraryModel, oneToOne } from "../library-model.ts";

export const easyThumbnails: readonly LibraryModel[] = [
  libraryModel("easy_thumbnails.models.File", "easy_thumbnails", {
    abstract: true,
    fields: {
      storage_hash: column("CharField", { indexed: true }),
      name: column("CharField", { indexed: true }),
      modified: column("DateTimeField", { hasDefault: true }),
    },
    managers: ["objects"],
    meta: { uniqueTogether: [["storage_hash", "name"]] },
  }),
  libraryModel("easy_thumbnails.models.ThumbnailDimensions", "easy_thumbnails", {
    fields: {
      thumbnail: oneToOne("easy_thumbnails.Thumbnail", { relatedName: "dimensions" }),
      width: column("PositiveIntegerField", { null: true }),
      height: column("PositiveIntegerField", { null: true }),
    },
  }),
  libraryModel("easy_thumbnails.models.Source", "easy_thumbnails", {
    bases: ["easy_thumbnails.models.File"],
    meta: { uniqueTogether: [["storage_hash", "name"]] },
  }),
  libraryModel("easy_thumbnails.models.Thumbnail", "easy_thumbnails", {
    bases: ["easy_thumbnails.models.File"],
    fields: { source: foreignKey("easy_thumbnails.Source", { relatedName: "thumbnails" }) },
    managers: ["objects"],
    meta: { uniqueTogether: [["storage_hash", "name", "source"]] },
  }),
];
