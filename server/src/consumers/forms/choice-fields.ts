/** Form fields whose options are rows: `ModelChoiceField` and what derives from it. */
import type { LibraryFunction } from "../../interpret/consumer.ts";
import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import type { ExternalValue, Made, PlainObject, Value } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";

/** The fields of Django and of libraries, by the names under which they are imported. */
export const choiceFieldClasses: ReadonlySet<string> = new Set(
  ["ModelChoiceField", "ModelMultipleChoiceField"].flatMap((name) => [
    `django.forms.${name}`,
    `django.forms.models.${name}`,
    `django_filters.fields.${name}`,
  ]),
);

const multipleChoiceFields: ReadonlySet<string> = new Set(
  [...choiceFieldClasses].filter((name) => name.endsWith("MultipleChoiceField")),
);

const renderingWidgets = ["Select", "SelectMultiple", "RadioSelect", "CheckboxSelectMultiple"];

/** Widgets that write out every option. Others show the chosen one, or load options when they are searched. */
const widgetClasses: ReadonlySet<string> = new Set(
  renderingWidgets.flatMap((name) => [`django.forms.${name}`, `django.forms.widgets.${name}`]),
);

/** An object of a library's class whose attributes are known. */
interface LibraryObject extends ExternalValue {
  readonly made: Made & { readonly attributes: Map<string, Value> };
}

export type ChoiceField = LibraryObject | PlainObject;

export function libraryObject(name: string, attributes: Map<string, Value>): LibraryObject {
  return { kind: "external", name, made: { positional: [], keywords: new Map(), attributes } };
}

/** Undefined for a field of any other kind. */
export function asChoiceField({ program }: Interpreter, value: Value): ChoiceField | undefined {
  if (value.kind === "object")
    return program.derivesFrom(value.symbol, choiceFieldClasses) ? value : undefined;
  if (value.kind !== "external" || !value.made?.attributes || !choiceFieldClasses.has(value.name))
    return undefined;
  return { ...value, made: { ...value.made, attributes: value.made.attributes } };
}

/** Each form has fields of its own. */
export function copyOfField(field: ChoiceField): ChoiceField {
  return field.kind === "object"
    ? { ...field, attributes: new Map(field.attributes) }
    : libraryObject(field.name, new Map(field.made.attributes));
}

/** Whether the user may choose several rows. */
export function choosesMany({ program }: Interpreter, field: ChoiceField): boolean {
  return field.kind === "object"
    ? program.derivesFrom(field.symbol, multipleChoiceFields)
    : multipleChoiceFields.has(field.name);
}

export function attributesOf(field: ChoiceField): Map<string, Value> {
  return field.kind === "object" ? field.attributes : field.made.attributes;
}

/** What a field keeps of the arguments that it is made with. */
export function setAttributes(
  interpreter: Interpreter,
  attributes: Map<string, Value>,
  args: Arguments,
  node: Call,
): void {
  const queryset = args.keywords.get("queryset") ?? args.positional[0];
  const place =
    node.keywords.find(({ name }) => name?.name === "queryset")?.value ?? node.arguments[0] ?? node;
  if (queryset) attributes.set("queryset", asQueryset(interpreter, queryset, place));
  const widget = args.keywords.get("widget");
  if (widget) attributes.set("widget", widget);
}

/** `queryset=Team.objects` is the same as `Team.objects.all()`. */
function asQueryset(interpreter: Interpreter, value: Value, node: Expression): Value {
  return value.kind === "manager" ? interpreter.initialQueryset(value, node) : value;
}

/** With these a class says itself which options there are. */
const ownOptions = ["iterator", "choices", "get_bound_field", "_get_choices"];

/** Whether the options are written out. Of a widget that is not known nothing is said. */
export function rendersOptions(interpreter: Interpreter, field: ChoiceField): boolean {
  const { program } = interpreter;
  const defines = (name: string): boolean =>
    field.kind === "object" && program.lookupMember(field.symbol, name).kind === "found";
  if (ownOptions.some(defines)) return false;
  const widget =
    attributesOf(field).get("widget") ??
    (defines("widget")
      ? interpreter.attribute(field, "widget", { kind: "InvalidExpression", start: 0, end: 0 })
      : undefined);
  if (!widget) return true;
  switch (widget.kind) {
    case "external":
      return widgetClasses.has(widget.name);
    case "class":
      return widget.symbol !== undefined && program.derivesFrom(widget.symbol, widgetClasses);
    case "object":
      return program.derivesFrom(widget.symbol, widgetClasses);
    case "literal":
      return widget.value === null;
    default:
      return false;
  }
}

const constructors: Record<string, LibraryFunction> = {};
for (const name of choiceFieldClasses) {
  constructors[name] = (interpreter, args, node) => {
    const attributes = new Map<string, Value>();
    setAttributes(interpreter, attributes, args, node);
    return libraryObject(name, attributes);
  };
}
for (const name of widgetClasses) constructors[name] = () => libraryObject(name, new Map());

/** What calls of the classes make. */
export const fieldConstructors: Readonly<Record<string, LibraryFunction>> = constructors;
