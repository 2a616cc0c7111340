import {
  column,
  foreignKey,
  type LibraryModel,
  libraryModel,
  manyToMany,
  oneToOne,
  userModel,
} from "../library-model.ts";

export const filer: readonly LibraryModel[] = [
  libraryModel("filer.models.Clipboard", "filer", {
    fields: {
      user: foreignKey(userModel, { relatedName: "filer_clipboards" }),
      files: manyToMany("filer.File", { relatedName: "in_clipboards", through: "filer.ClipboardItem" }),
    },
  }),
  libraryModel("filer.models.ClipboardItem", "filer", {
    fields: { file: foreignKey("filer.File"), clipboard: foreignKey("filer.Clipboard") },
  }),
  libraryModel("filer.models.File", "filer", {
    bases: ["polymorphic.models.PolymorphicModel"],
    fields: {
      folder: foreignKey("filer.Folder", { null: true, relatedName: "all_files" }),
      file: column("MultiStorageFileField", { base: "FileField", null: true }),
      _file_size: column("BigIntegerField", { null: true }),
      sha1: column("CharField", { hasDefault: true }),
      has_all_mandatory_data: column("BooleanField", { hasDefault: true }),
      original_filename: column("CharField", { null: true }),
      name: column("CharField", { hasDefault: true }),
      description: column("TextField", { null: true }),
      owner: foreignKey(userModel, { null: true, relatedName: "owned_%(class)ss" }),
      uploaded_at: column("DateTimeField", { autoNowAdd: true }),
      modified_at: column("DateTimeField", { autoNow: true }),
      is_public: column("BooleanField", { hasDefault: true }),
      mime_type: column("CharField", { hasDefault: true }),
    },
    managers: ["objects?"],
    meta: { baseManagerName: "objects" },
  }),
  libraryModel("filer.models.Folder", "filer", {
    fields: {
      parent: foreignKey("self", { null: true, relatedName: "children" }),
      name: column("CharField"),
      owner: foreignKey(userModel, { null: true, relatedName: "filer_owned_folders" }),
      uploaded_at: column("DateTimeField", { autoNowAdd: true }),
      created_at: column("DateTimeField", { autoNowAdd: true }),
      modified_at: column("DateTimeField", { autoNow: true }),
    },
    meta: { ordering: ["name"], uniqueTogether: [["parent", "name"]] },
  }),
  libraryModel("filer.models.FolderPermission", "filer", {
    fields: {
      folder: foreignKey("filer.Folder", { null: true }),
      type: column("SmallIntegerField", { hasDefault: true, choices: 3 }),
      user: foreignKey(userModel, { null: true, relatedName: "filer_folder_permissions" }),
      group: foreignKey("auth.Group", { null: true, relatedName: "filer_folder_permissions" }),
      everybody: column("BooleanField", { hasDefault: true }),
      can_read: column("SmallIntegerField", { null: true, hasDefault: true, choices: 3 }),
      can_edit: column("SmallIntegerField", { null: true, hasDefault: true, choices: 3 }),
      can_add_children: column("SmallIntegerField", { null: true, hasDefault: true, choices: 3 }),
    },
    managers: ["objects"],
  }),
  libraryModel("filer.models.ThumbnailOption", "filer", {
    fields: {
      name: column("CharField"),
      width: column("IntegerField"),
      height: column("IntegerField"),
      crop: column("BooleanField", { hasDefault: true }),
      upscale: column("BooleanField", { hasDefault: true }),
    },
    meta: { ordering: ["width", "height"] },
  }),
  libraryModel("filer.models.BaseImage", "filer", {
    bases: ["filer.models.File"],
    abstract: true,
    fields: {
      _height: column("FloatField", { null: true }),
      _width: column("FloatField", { null: true }),
      _transparent: column("BooleanField", { hasDefault: true }),
      default_alt_text: column("CharField", { null: true }),
      default_caption: column("CharField", { null: true }),
      subject_location: column("CharField", { hasDefault: true }),
      file_ptr: oneToOne("filer.File", { parentLink: true, relatedName: "%(app_label)s_%(class)s_file" }),
    },
    meta: { defaultManagerName: "objects" },
  }),
  libraryModel("filer.models.Image", "filer", {
    bases: ["filer.models.BaseImage"],
    swappable: "FILER_IMAGE_MODEL",
    fields: {
      date_taken: column("DateTimeField", { null: true }),
      author: column("CharField", { null: true }),
      must_always_publish_author_credit: column("BooleanField", { hasDefault: true }),
      must_always_publish_copyright: column("BooleanField", { hasDefault: true }),
    },
    meta: { defaultManagerName: "objects" },
  }),
];
