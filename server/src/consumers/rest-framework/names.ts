/** The framework's classes, by the dotted names under which projects import them. */

const serializerModule = "rest_framework.serializers";
const fieldModules = [serializerModule, "rest_framework.fields", "rest_framework.relations"] as const;

/** What a field does to turn its value into plain data. */
export type FieldKind =
  /** Passes the value on, or converts it without asking for more. */
  | "column"
  | "text"
  | "list"
  | "hidden"
  | "method"
  | "primaryKey"
  | "string"
  | "slug"
  | "hyperlink"
  /** A link to the object itself. */
  | "identity"
  /** A related object that only the project's own code turns into data. */
  | "related"
  | "serializer";

const classNames: Readonly<Record<FieldKind, readonly string[]>> = {
  column: [
    "BooleanField",
    "ChoiceField",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "DictField",
    "DurationField",
    "Field",
    "FileField",
    "FilePathField",
    "FloatField",
    "HStoreField",
    "ImageField",
    "IntegerField",
    "JSONField",
    "ModelField",
    "NullBooleanField",
    "ReadOnlyField",
    "TimeField",
    "UUIDField",
  ],
  text: ["CharField", "EmailField", "IPAddressField", "RegexField", "SlugField", "URLField"],
  list: ["ListField", "MultipleChoiceField"],
  hidden: ["HiddenField"],
  method: ["SerializerMethodField"],
  primaryKey: ["PrimaryKeyRelatedField"],
  string: ["StringRelatedField"],
  slug: ["SlugRelatedField"],
  hyperlink: ["HyperlinkedRelatedField"],
  identity: ["HyperlinkedIdentityField"],
  related: ["RelatedField"],
  serializer: ["BaseSerializer", "Serializer", "ModelSerializer", "HyperlinkedModelSerializer"],
};

function under(modules: readonly string[], names: readonly string[]): readonly string[] {
  return modules.flatMap((module) => names.map((name) => `${module}.${name}`));
}

export const hyperlinkedSerializers: ReadonlySet<string> = new Set([
  `${serializerModule}.HyperlinkedModelSerializer`,
]);

/** Serializers that take fields from a model; those of other libraries add to it and leave reading as it is. */
export const modelSerializers: ReadonlySet<string> = new Set([
  `${serializerModule}.ModelSerializer`,
  ...hyperlinkedSerializers,
  "drf_writable_nested.WritableNestedModelSerializer",
  "drf_writable_nested.serializers.WritableNestedModelSerializer",
  "drf_dynamic_fields.DynamicFieldsMixin",
  "rest_flex_fields.FlexFieldsModelSerializer",
  "rest_flex_fields.serializers.FlexFieldsModelSerializer",
  "django_restql.serializers.NestedModelSerializer",
  "rest_framework_gis.serializers.GeoModelSerializer",
  "rest_framework_gis.serializers.GeoFeatureModelSerializer",
]);

export const serializers: ReadonlySet<string> = new Set([
  ...under([serializerModule], [...classNames.serializer, "ListSerializer"]),
  ...modelSerializers,
]);

export const listSerializers: ReadonlySet<string> = new Set([`${serializerModule}.ListSerializer`]);

const kinds = Object.keys(classNames) as readonly FieldKind[];

/** Each kind with the names of its classes, the more special ones first. */
export const classesOfKind: ReadonlyMap<FieldKind, ReadonlySet<string>> = new Map(
  [...kinds]
    .reverse()
    .map((kind) => [
      kind,
      kind === "serializer" ? serializers : new Set(under(fieldModules, classNames[kind])),
    ]),
);

export const fieldClasses: ReadonlySet<string> = new Set(
  [...classesOfKind.values()].flatMap((names) => [...names]),
);

/** The kind of one of the framework's own classes. */
export function kindOfClass(name: string): FieldKind | undefined {
  for (const [kind, names] of classesOfKind) if (names.has(name)) return kind;
  return undefined;
}
