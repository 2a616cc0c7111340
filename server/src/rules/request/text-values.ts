/** Expressions whose value is a text: a task can take it as it is. */
import type { NamesInScope } from "../../interpret/names-in-scope.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import type { RuleContext } from "../rule-context.ts";
import { type EmailStatements, symbolIn } from "./email-statements.ts";

const textFunctions: ReadonlySet<string> = new Set([
  "builtins.str",
  "django.template.loader.render_to_string",
  "django.urls.reverse",
  "django.utils.encoding.force_str",
  "django.utils.html.strip_tags",
  "django.utils.translation.gettext",
  "django.utils.translation.ngettext",
  "django.utils.translation.pgettext",
]);
const lazyFunctions: ReadonlySet<string> = new Set([
  "django.utils.translation.gettext_lazy",
  "django.utils.translation.ngettext_lazy",
  "django.utils.translation.pgettext_lazy",
  "django.urls.reverse_lazy",
]);
/** Methods of texts that give texts, whatever they are called on in such a place. */
const textMethods: ReadonlySet<string> = new Set([
  "build_absolute_uri",
  "format",
  "join",
  "lower",
  "strip",
  "title",
  "upper",
]);
/** Form fields whose cleaned value is a text. */
const textFields =
  /^django\.forms\.(?:fields\.)?(?:CharField|EmailField|SlugField|URLField|RegexField|ChoiceField)$/;

/** Names that lead to names …: not longer than this. */
const longestChain = 3;

/** How the text is written as an argument: the expression itself, or `str(…)` of one that is translated when it is used. */
export type TextKind = "text" | "lazy";

export function textKind(
  context: RuleContext,
  statements: EmailStatements,
  names: NamesInScope,
  expression: Expression,
): TextKind | undefined {
  const { module, function: scope } = statements;
  const kindOf = (node: Expression, depth: number): TextKind | undefined => {
    const isText = (part: Expression): boolean => kindOf(part, depth) === "text";
    const asText = (condition: boolean): TextKind | undefined => (condition ? "text" : undefined);
    switch (node.kind) {
      case "StringLiteral":
        return asText(!node.bytes);
      case "FormattedString":
        return "text";
      case "BinaryOperation":
        return asText(
          (node.operator === "%" && isText(node.left)) ||
            (node.operator === "+" && isText(node.left) && isText(node.right)),
        );
      case "BooleanOperation":
        return asText(node.values.every(isText));
      case "Conditional":
        return asText(isText(node.body) && isText(node.orElse));
      case "Subscript":
        return asText(isTextEntry(node.value, node.index));
      case "Call": {
        const callee = symbolIn(context, module, scope, node.function);
        if (callee.kind === "external" && textFunctions.has(callee.name)) return "text";
        if (callee.kind === "external" && lazyFunctions.has(callee.name)) return "lazy";
        if (node.function.kind !== "Attribute") return undefined;
        const { value, attribute } = node.function;
        const [key] = node.arguments;
        if (attribute.name === "get" && key) return asText(isTextEntry(value, key));
        return asText(
          textMethods.has(attribute.name) && (attribute.name === "build_absolute_uri" || isText(value)),
        );
      }
      case "Name":
        return asText(isTextName(node.name, depth));
      default:
        return undefined;
    }
  };
  const isTextName = (name: string, depth: number): boolean => {
    if (names.get(name)?.kind === "text") return true;
    const bindings = bindingsOf(scope, name);
    if (bindings.length === 0 || depth === 0) return false;
    if (isTextParameter(scope, name)) return bindings.length === 1;
    return bindings.every(
      (binding) => binding.kind === "assignment" && kindOf(binding.value, depth - 1) === "text",
    );
  };
  const isTextEntry = (container: Expression, key: Expression): boolean => {
    if (container.kind !== "Attribute" || key.kind !== "StringLiteral") return false;
    const { value: holder, attribute } = container;
    if (attribute.name === "POST" || attribute.name === "GET") return isRequest(holder);
    if (attribute.name !== "cleaned_data") return false;
    const form = names.get(dottedName(holder) ?? "");
    return form?.kind === "object" && isTextField(context.project.program, form.symbol, key.value);
  };
  return kindOf(expression, longestChain);
}

function isTextParameter(scope: FunctionDef, name: string): boolean {
  const annotation = scope.parameters.find((parameter) => parameter.name === name)?.annotation;
  return annotation?.kind === "Name" && annotation.name === "str";
}

function isRequest(expression: Expression): boolean {
  return /(?:^|\.)request$/.test(dottedName(expression) ?? "");
}

/** `a.b.c` of names and attributes alone. */
export function dottedName(expression: Expression): string | undefined {
  if (expression.kind === "Name") return expression.name;
  if (expression.kind !== "Attribute") return undefined;
  const holder = dottedName(expression.value);
  return holder === undefined ? undefined : `${holder}.${expression.attribute.name}`;
}

type ObjectSymbol = Extract<NonNullable<ReturnType<NamesInScope["get"]>>, { kind: "object" }>["symbol"];

function isTextField(program: PythonProgram, form: ObjectSymbol, name: string): boolean {
  const member = program.lookupMember(form, name);
  if (member.kind !== "found" || member.symbol.kind !== "variable") return false;
  const { values, module, owner } = member.symbol;
  return values.some((value) => {
    if (value.kind !== "Call") return false;
    const field = program.resolveExpression(module, value.function, owner);
    return field.kind === "external" && textFields.test(field.name);
  });
}
