/**
 * What the field classes of Django and of popular packages are, by canonical import path. Classes of the project that
 * derive from one of these take its facts over.
 */
import type { FieldKind } from "./model-graph.ts";

export interface FieldClass {
  /** `ForeignKey` */
  readonly name: string;
  readonly kind: FieldKind;
  /** The nearest field class of Django itself. */
  readonly baseName: string;
  /** Names of the positional parameters in order. */
  readonly parameters: readonly string[];
  readonly wide: boolean;
  readonly indexed: boolean;
  readonly unique: boolean;
  readonly null: boolean;
  readonly hasDefault: boolean;
  readonly primaryKey: boolean;
  /** Label of the model it points to where the call names none. */
  readonly target: string | undefined;
  readonly through: string | undefined;
  /** The foreign key of a given `through` model that leads to the target. */
  readonly throughTarget: string | undefined;
  /** Reverse names where the call gives none. */
  readonly relatedName: string | undefined;
  readonly relatedQueryName: string | undefined;
  /** Further columns that it adds to the model: `MoneyField("price")` adds `price_currency`. */
  readonly companions: readonly string[];
}

const columnParameters = [
  "verbose_name",
  "name",
  "primary_key",
  "max_length",
  "unique",
  "blank",
  "null",
  "db_index",
];

const foreignKeyParameters = [
  "to",
  "on_delete",
  "related_name",
  "related_query_name",
  "limit_choices_to",
  "parent_link",
  "to_field",
  "db_constraint",
];

const parametersOfKind: Readonly<Record<FieldKind, readonly string[]>> = {
  column: columnParameters,
  foreignKey: foreignKeyParameters,
  oneToOne: ["to", "on_delete", "to_field"],
  manyToMany: [
    "to",
    "related_name",
    "related_query_name",
    "limit_choices_to",
    "symmetrical",
    "through",
    "through_fields",
    "db_constraint",
    "db_table",
    "swappable",
  ],
  genericForeignKey: ["ct_field", "fk_field", "for_concrete_model"],
  genericRelation: ["to", "object_id_field", "content_type_field", "for_concrete_model"],
};

type Details = Partial<Omit<FieldClass, "name" | "kind">>;

function fieldClass(name: string, kind: FieldKind, details: Details = {}): FieldClass {
  return {
    name,
    kind,
    baseName: details.baseName ?? name,
    parameters: details.parameters ?? parametersOfKind[kind],
    wide: details.wide ?? false,
    indexed: details.indexed ?? (kind === "foreignKey" || kind === "oneToOne"),
    unique: details.unique ?? kind === "oneToOne",
    null: details.null ?? false,
    hasDefault: details.hasDefault ?? false,
    primaryKey: details.primaryKey ?? false,
    target: details.target,
    through: details.through,
    throughTarget: details.throughTarget,
    relatedName: details.relatedName,
    relatedQueryName: details.relatedQueryName,
    companions: details.companions ?? [],
  };
}

const classes = new Map<string, FieldClass>();

function define(module: string, name: string, kind: FieldKind, details: Details = {}): void {
  classes.set(`${module}.${name}`, fieldClass(name, kind, details));
}

function defineColumns(module: string, names: string, details: Details = {}): void {
  for (const name of names.split(" ")) define(module, name, "column", details);
}

const models = "django.db.models";
defineColumns(
  models,
  "AutoField BigAutoField SmallAutoField BooleanField CharField DateField DateTimeField DecimalField DurationField " +
    "EmailField Field FilePathField FloatField GeneratedField GenericIPAddressField IPAddressField IntegerField " +
    "BigIntegerField SmallIntegerField PositiveBigIntegerField PositiveIntegerField PositiveSmallIntegerField " +
    "CommaSeparatedIntegerField TimeField URLField UUIDField OrderWrt",
);
define(models, "DateField", "column", { parameters: ["verbose_name", "name", "auto_now", "auto_now_add"] });
define(models, "DateTimeField", "column", {
  parameters: ["verbose_name", "name", "auto_now", "auto_now_add"],
});
define(models, "TimeField", "column", { parameters: ["verbose_name", "name", "auto_now", "auto_now_add"] });
define(models, "DecimalField", "column", {
  parameters: ["verbose_name", "name", "max_digits", "decimal_places"],
});
define(models, "FileField", "column", { parameters: ["verbose_name", "name", "upload_to", "storage"] });
define(models, "ImageField", "column", {
  parameters: ["verbose_name", "name", "width_field", "height_field"],
});
define(models, "NullBooleanField", "column", { null: true });
define(models, "SlugField", "column", { indexed: true });
define(models, "CompositePrimaryKey", "column", { primaryKey: true, parameters: [] });
defineColumns(models, "TextField BinaryField", { wide: true });
define(models, "JSONField", "column", {
  wide: true,
  parameters: ["verbose_name", "name", "encoder", "decoder"],
});
define(models, "ForeignKey", "foreignKey");
define(models, "OneToOneField", "oneToOne");
define(models, "ManyToManyField", "manyToMany");
define(models, "ForeignObject", "foreignKey", {
  indexed: false,
  parameters: ["to", "on_delete", "from_fields", "to_fields"],
});

const postgres = "django.contrib.postgres";
define(`${postgres}.fields`, "ArrayField", "column", { wide: true, parameters: ["base_field", "size"] });
define(`${postgres}.fields`, "HStoreField", "column", { wide: true });
defineColumns(`${postgres}.fields`, "CICharField CIEmailField");
define(`${postgres}.fields`, "CITextField", "column", { wide: true });
defineColumns(
  `${postgres}.fields`,
  "RangeField IntegerRangeField BigIntegerRangeField DecimalRangeField DateTimeRangeField DateRangeField",
);
define(`${postgres}.search`, "SearchVectorField", "column", { wide: true });

defineColumns(
  "django.contrib.gis.db.models",
  "GeometryField PointField LineStringField PolygonField MultiPointField MultiLineStringField MultiPolygonField " +
    "GeometryCollectionField RasterField",
  { wide: true },
);

const contentTypes = "django.contrib.contenttypes.fields";
define(contentTypes, "GenericForeignKey", "genericForeignKey");
define(contentTypes, "GenericRelation", "genericRelation", { null: true });

// Packages. `baseName` names the Django class that each derives from.
for (const name of ["TreeForeignKey", "TreeOneToOneField", "TreeManyToManyField"]) {
  const kind: FieldKind =
    name === "TreeForeignKey" ? "foreignKey" : name === "TreeOneToOneField" ? "oneToOne" : "manyToMany";
  define("mptt.fields", name, kind, { baseName: name.replace("Tree", "") });
  define("mptt.models", name, kind, { baseName: name.replace("Tree", "") });
}
define("modelcluster.fields", "ParentalKey", "foreignKey", { baseName: "ForeignKey" });
define("modelcluster.fields", "ParentalManyToManyField", "manyToMany", { baseName: "ManyToManyField" });
const taggable: Details = {
  baseName: "ManyToManyField",
  parameters: ["verbose_name", "help_text", "through", "blank", "related_name"],
  target: "taggit.Tag",
  through: "taggit.TaggedItem",
  throughTarget: "tag",
  // A tag has no accessor to what it tags, but can be filtered by it.
  relatedName: "+",
  relatedQueryName: "%(class)s",
};
define("taggit.managers", "TaggableManager", "manyToMany", taggable);
define("modelcluster.contrib.taggit", "ClusterTaggableManager", "manyToMany", taggable);
define("model_utils.fields", "AutoCreatedField", "column", { baseName: "DateTimeField", hasDefault: true });
define("model_utils.fields", "AutoLastModifiedField", "column", {
  baseName: "DateTimeField",
  hasDefault: true,
});
define("model_utils.fields", "StatusField", "column", { baseName: "CharField", hasDefault: true });
define("model_utils.fields", "MonitorField", "column", { baseName: "DateTimeField", hasDefault: true });
define("model_utils.fields", "SplitField", "column", { baseName: "TextField", wide: true });
define("model_utils.fields", "UUIDField", "column", {
  baseName: "UUIDField",
  primaryKey: true,
  hasDefault: true,
});
define("model_utils.fields", "UrlsafeTokenField", "column", { baseName: "CharField", hasDefault: true });
define("django_extensions.db.fields", "AutoSlugField", "column", { baseName: "SlugField", indexed: true });
define("django_extensions.db.fields", "RandomCharField", "column", { baseName: "CharField" });
define("django_extensions.db.fields", "CreationDateTimeField", "column", {
  baseName: "DateTimeField",
  hasDefault: false,
});
define("django_extensions.db.fields", "ModificationDateTimeField", "column", { baseName: "DateTimeField" });
define("django_extensions.db.fields", "ShortUUIDField", "column", { baseName: "CharField" });
define("django_extensions.db.fields.json", "JSONField", "column", { baseName: "TextField", wide: true });
define("autoslug", "AutoSlugField", "column", { baseName: "SlugField", indexed: true });
define("autoslug.fields", "AutoSlugField", "column", { baseName: "SlugField", indexed: true });
define("djmoney.models.fields", "MoneyField", "column", {
  baseName: "DecimalField",
  companions: ["_currency"],
});
define("djmoney.models.fields", "CurrencyField", "column", { baseName: "CharField" });
define("django_fsm", "FSMField", "column", { baseName: "CharField" });
define("django_fsm", "FSMIntegerField", "column", { baseName: "IntegerField" });
define("django_fsm", "FSMKeyField", "foreignKey", { baseName: "ForeignKey" });
define("phonenumber_field.modelfields", "PhoneNumberField", "column", { baseName: "CharField" });
define("django_countries.fields", "CountryField", "column", { baseName: "CharField" });
define("timezone_field", "TimeZoneField", "column", { baseName: "CharField" });
define("timezone_field.fields", "TimeZoneField", "column", { baseName: "CharField" });
define("colorfield.fields", "ColorField", "column", { baseName: "CharField" });
define("sorl.thumbnail", "ImageField", "column", { baseName: "ImageField" });
define("sorl.thumbnail.fields", "ImageField", "column", { baseName: "ImageField" });
define("easy_thumbnails.fields", "ThumbnailerImageField", "column", { baseName: "ImageField" });
define("ckeditor.fields", "RichTextField", "column", { baseName: "TextField", wide: true });
define("ckeditor_uploader.fields", "RichTextUploadingField", "column", { baseName: "TextField", wide: true });
define("django_ckeditor_5.fields", "CKEditor5Field", "column", { baseName: "TextField", wide: true });
define("tinymce.models", "HTMLField", "column", { baseName: "TextField", wide: true });
define("wagtail.fields", "RichTextField", "column", { baseName: "TextField", wide: true });
define("wagtail.fields", "StreamField", "column", {
  baseName: "Field",
  wide: true,
  parameters: ["block_types"],
});
define("wagtail.core.fields", "RichTextField", "column", { baseName: "TextField", wide: true });
define("wagtail.core.fields", "StreamField", "column", { baseName: "Field", wide: true });
define("jsonfield", "JSONField", "column", { baseName: "TextField", wide: true });
define("jsonfield.fields", "JSONField", "column", { baseName: "TextField", wide: true });
define("encrypted_model_fields.fields", "EncryptedTextField", "column", {
  baseName: "TextField",
  wide: true,
});
define("cms.models.fields", "PlaceholderField", "foreignKey", {
  baseName: "ForeignKey",
  parameters: ["slotname"],
  target: "cms.Placeholder",
  null: true,
});
define("cms.models.fields", "PageField", "foreignKey", { baseName: "ForeignKey", target: "cms.Page" });
define("filer.fields.file", "FilerFileField", "foreignKey", { baseName: "ForeignKey", target: "filer.File" });
define("filer.fields.image", "FilerImageField", "foreignKey", {
  baseName: "ForeignKey",
  target: "filer.Image",
});
define("filer.fields.folder", "FilerFolderField", "foreignKey", {
  baseName: "ForeignKey",
  target: "filer.Folder",
});

/** The facts of a field class by its canonical import path. */
export function knownFieldClass(canonicalName: string): FieldClass | undefined {
  return classes.get(canonicalName);
}

/** One of Django's own classes by its bare name: `CharField`, `ArrayField`. */
export function djangoFieldClass(name: string): FieldClass | undefined {
  for (const module of [models, `${postgres}.fields`, `${postgres}.search`, "django.contrib.gis.db.models"]) {
    const found = classes.get(`${module}.${name}`);
    if (found) return found;
  }
  return undefined;
}

/**
 * A library's class of which nothing but its name is known. Names of field classes end in what they are by convention;
 * any other name is not taken for a field.
 */
export function guessFieldClass(name: string): FieldClass | undefined {
  if (/(?:^|[a-z])ManyToManyField$/.test(name)) {
    return fieldClass(name, "manyToMany", { baseName: "ManyToManyField" });
  }
  if (/OneToOneField$/.test(name)) return fieldClass(name, "oneToOne", { baseName: "OneToOneField" });
  if (/ForeignKey(?:Field)?$/.test(name)) return fieldClass(name, "foreignKey", { baseName: "ForeignKey" });
  const match = /(Text|JSON|Json|HTML|RichText|Markdown|Binary)?\w*Field$/.exec(name);
  if (!match) return undefined;
  return fieldClass(name, "column", { baseName: "Field", wide: match[1] !== undefined });
}
