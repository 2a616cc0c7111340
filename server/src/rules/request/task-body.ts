/**
 * What becomes of an e-mail's statements in a task. Constants, settings and columns of rows stay as they are, and the
 * task fetches the rows again by their keys. Texts of another origin become parameters. Anything else cannot move.
 */
import type { Model } from "../../django/model-graph.ts";
import { isToOne } from "../../django/model-graph.ts";
import type { WantedImport } from "../../edits/import-block.ts";
import { snakeCase } from "../../edits/names.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { NamesInScope } from "../../interpret/names-in-scope.ts";
import type { Call, Expression, Statement } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";
import { type EmailStatements, symbolIn } from "./email-statements.ts";
import { dottedName, textKind } from "./text-values.ts";

export interface TaskBody {
  /** Changes of the moved statements, in offsets of their file. */
  readonly edits: readonly TextEdit[];
  readonly parameters: readonly TaskParameter[];
  readonly imports: readonly WantedImport[];
}

export interface TaskParameter {
  readonly name: string;
  /** The argument, as the caller writes it. */
  readonly argument: string;
  /** The row that the task fetches by this key, and the variable that holds it. */
  readonly row: { readonly model: Model; readonly variable: string } | undefined;
}

const noChange: TaskBody = { edits: [], parameters: [], imports: [] };

/** Names of positional parameters, for those that a task needs. */
const signatures: Readonly<Record<string, readonly string[]>> = {
  send_mail: ["subject", "message", "from_email", "recipient_list"],
  mail_admins: ["subject", "message"],
  mail_managers: ["subject", "message"],
  email_user: ["subject", "message", "from_email"],
  EmailMessage: ["subject", "body", "from_email", "to", "bcc", "connection", "attachments", "headers", "cc"],
  EmailMultiAlternatives: [
    "subject",
    "body",
    "from_email",
    "to",
    "bcc",
    "connection",
    "attachments",
    "headers",
  ],
  attach_alternative: ["content", "mimetype"],
  attach: ["filename", "content", "mimetype"],
};

const mailModules = /^django\.core\.mail\.(?:message\.)?(\w+)$/;

export function taskBody(
  context: RuleContext,
  statements: EmailStatements,
  names: NamesInScope,
): TaskBody | undefined {
  return new BodyPlanner(context, statements, names).plan();
}

class BodyPlanner {
  readonly #context: RuleContext;
  readonly #statements: EmailStatements;
  readonly #names: NamesInScope;
  readonly #taken = new Map<string, string>();

  constructor(context: RuleContext, statements: EmailStatements, names: NamesInScope) {
    this.#context = context;
    this.#statements = statements;
    this.#names = names;
  }

  plan(): TaskBody | undefined {
    return combine(this.#statements.nodes.map((node) => this.#planNode(node)));
  }

  #planNode(node: Statement | Expression): TaskBody | undefined {
    switch (node.kind) {
      case "Call":
        return this.#planCall(node);
      case "ExpressionStatement":
        return node.value.kind === "Call" ? this.#planCall(node.value) : undefined;
      case "Assign":
        return node.value.kind === "Call" ? this.#planCall(node.value) : this.#planValue(node.value, "value");
      default:
        return undefined;
    }
  }

  #planCall(node: Call): TaskBody | undefined {
    const callee = this.#planCallee(node.function);
    const { attribute } = node.function.kind === "Attribute" ? node.function : { attribute: undefined };
    const name = attribute?.name ?? (node.function.kind === "Name" ? node.function.name : "");
    const imported = callee?.imports[0]?.name;
    const parameters = signatures[imported ?? name] ?? [];
    return combine([
      callee,
      ...node.arguments.map((argument, index) => this.#planValue(argument, parameters[index] ?? "value")),
      ...node.keywords.map(({ name: keyword, value }) =>
        keyword ? this.#planValue(value, keyword.name) : undefined,
      ),
    ]);
  }

  #planCallee(callee: Expression): TaskBody | undefined {
    const { module, function: scope, message } = this.#statements;
    const symbol = symbolIn(this.#context, module, scope, callee);
    if (symbol.kind === "external") {
      const name = mailModules.exec(symbol.name)?.[1];
      if (name === undefined) return undefined;
      return {
        edits: [{ range: callee, newText: name }],
        parameters: [],
        imports: [{ module: "django.core.mail", name }],
      };
    }
    if (callee.kind !== "Attribute") return undefined;
    const { value } = callee;
    if (value.kind === "Name" && value.name === message) return noChange;
    if (value.kind === "Call") return this.#planCall(value);
    return callee.attribute.name === "email_user" ? this.#keepRow(value, true) : undefined;
  }

  /** @param hint name for a parameter, where the expression itself has none */
  #planValue(node: Expression, hint: string): TaskBody | undefined {
    return this.#keep(node, false) ?? this.#planElements(node, hint) ?? this.#makeParameter(node, hint);
  }

  #planElements(node: Expression, hint: string): TaskBody | undefined {
    switch (node.kind) {
      case "ListLiteral":
      case "TupleLiteral":
      case "SetLiteral":
        return combine(node.elements.map((element) => this.#planValue(element, singular(hint))));
      case "DictLiteral":
        return combine(
          node.entries.map(({ key, value }) =>
            key ? combine([this.#keep(key, false), this.#planValue(value, singular(hint))]) : undefined,
          ),
        );
      default:
        return undefined;
    }
  }

  /** The expression as it is, where it has the same value in the task. Rows themselves only count as parts of a text. */
  #keep(node: Expression, inText: boolean): TaskBody | undefined {
    switch (node.kind) {
      case "StringLiteral":
      case "NumberLiteral":
      case "ConstantLiteral":
        return noChange;
      case "FormattedString":
        return combine(node.values.map((value) => this.#keep(value, true)));
      case "ListLiteral":
      case "TupleLiteral":
      case "SetLiteral":
        return combine(node.elements.map((element) => this.#keep(element, inText)));
      case "UnaryOperation":
        return this.#keep(node.operand, inText);
      case "BinaryOperation":
        return combine([
          this.#keep(node.left, inText),
          this.#keep(node.right, node.operator === "%" && node.left.kind === "StringLiteral"),
        ]);
      case "Call":
        return this.#keepCall(node);
      case "Name":
      case "Attribute":
        return this.#keepSetting(node) ?? this.#keepRow(node, inText);
      default:
        return undefined;
    }
  }

  /** `str(order)`, `"…".format(order.number)`, `user.get_full_name()` */
  #keepCall({ function: callee, arguments: args, keywords }: Call): TaskBody | undefined {
    const { module, function: scope } = this.#statements;
    const values = [...args, ...keywords.map(({ value }) => value)];
    const symbol = symbolIn(this.#context, module, scope, callee);
    if (symbol.kind === "external" && symbol.name === "builtins.str") {
      return combine(values.map((value) => this.#keep(value, true)));
    }
    if (callee.kind !== "Attribute") return undefined;
    const { value, attribute } = callee;
    if (value.kind === "StringLiteral" && (attribute.name === "format" || attribute.name === "join")) {
      return combine(values.map((part) => this.#keep(part, true)));
    }
    return values.length === 0 && methodsOfRows.test(attribute.name) ? this.#keepRow(value, true) : undefined;
  }

  #keepSetting(node: Expression): TaskBody | undefined {
    if (node.kind !== "Attribute") return undefined;
    const { module, function: scope } = this.#statements;
    const holder = symbolIn(this.#context, module, scope, node.value);
    if (holder.kind !== "external" || holder.name !== "django.conf.settings") return undefined;
    return {
      edits: [{ range: node.value, newText: "settings" }],
      parameters: [],
      imports: [{ module: "django.conf", name: "settings" }],
    };
  }

  /** `order.customer.email` where `order` is a row that the task can fetch again. */
  #keepRow(node: Expression, allowRow: boolean): TaskBody | undefined {
    const path = dottedName(node)?.split(".");
    if (!path) return undefined;
    for (let length = 1; length <= path.length; length++) {
      const prefix = path.slice(0, length).join(".");
      const row = this.#rowNamed(prefix);
      if (!row) continue;
      const rest = path.slice(length);
      if (rest[0] !== undefined && row.assigned.has(rest[0])) return undefined;
      if (!this.#isRowPath(row.model, rest, allowRow)) return undefined;
      const variable = this.#nameFor(variableFor(prefix, row.model), prefix);
      const name = this.#nameFor(`${variable}_id`, `${prefix}.pk`);
      const holder = partOf(node, rest.length);
      return {
        edits: prefix === variable ? [] : [{ range: holder, newText: variable }],
        parameters: [{ name, argument: `${prefix}.pk`, row: { model: row.model, variable } }],
        imports: [],
      };
    }
    return undefined;
  }

  #rowNamed(name: string): { readonly model: Model; readonly assigned: ReadonlySet<string> } | undefined {
    const value = this.#names.get(name);
    if (value?.kind === "row") return value.stored ? value : undefined;
    const { userModel } = this.#context.project.models;
    return userModel && /(?:^|\.)request\.user$/.test(name)
      ? { model: userModel, assigned: new Set() }
      : undefined;
  }

  #isRowPath(start: Model, path: readonly string[], allowRow: boolean): boolean {
    let model: Model | undefined = start;
    for (const [index, name] of path.entries()) {
      if (!model) return false;
      const isLast = index === path.length - 1;
      const relation = model.relations.get(name);
      if (!relation)
        return isLast && (name === "pk" || model.fields.has(name) || this.#isProperty(model, name));
      if (!isToOne(relation) || (isLast && !allowRow)) return false;
      model = relation.target === undefined ? undefined : this.#context.project.models.model(relation.target);
    }
    return allowRow;
  }

  #isProperty({ symbol }: Model, name: string): boolean {
    const member = symbol && this.#context.project.program.lookupMember(symbol, name);
    return (
      member?.kind === "found" &&
      member.symbol.kind === "function" &&
      member.symbol.node.decorators.some(
        (decorator) => decorator.kind === "Name" && decorator.name === "property",
      )
    );
  }

  #makeParameter(node: Expression, hint: string): TaskBody | undefined {
    const kind = textKind(this.#context, this.#statements, this.#names, node);
    if (!kind) return undefined;
    const { text } = this.#statements.module.file;
    const source = text.slice(node.start, node.end);
    if (source.includes("\n") && /"""|'''/.test(source)) return undefined;
    const line = source.replace(/\s*\n\s*/g, " ");
    const argument = kind === "lazy" ? `str(${line})` : line;
    const name = this.#nameFor(nameOf(node) ?? hint, argument);
    return {
      edits: [{ range: node, newText: name }],
      parameters: [{ name, argument, row: undefined }],
      imports: [],
    };
  }

  /** The same name for the same argument, and another one for another. */
  #nameFor(wanted: string, argument: string): string {
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted}_${number}`;
      const taken = this.#taken.get(name);
      if (taken !== undefined && taken !== argument) continue;
      this.#taken.set(name, argument);
      return name;
    }
  }
}

/** Methods of models that tell something about the row. */
const methodsOfRows = /^get_(?:full_name|short_name|username|absolute_url|\w+_display)$/;

function combine(parts: readonly (TaskBody | undefined)[]): TaskBody | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  const parameters = known.flatMap((part) => part.parameters);
  return {
    edits: known.flatMap((part) => part.edits),
    parameters: parameters.filter(
      ({ name }, index) => parameters.findIndex((other) => other.name === name) === index,
    ),
    imports: known.flatMap((part) => part.imports),
  };
}

/** The part of a chain of attributes that is left without its last ones. */
function partOf(node: Expression, without: number): Expression {
  let part = node;
  for (let count = 0; count < without && part.kind === "Attribute"; count++) part = part.value;
  return part;
}

/** `user` for `request.user` and `user`, the model's name for `self`. */
function variableFor(prefix: string, model: Model): string {
  const last = prefix.slice(prefix.lastIndexOf(".") + 1);
  return last === "self" ? snakeCase(model.name) : last;
}

/** The name that an expression gives itself: of a variable, or the key of `cleaned_data["email"]`. */
function nameOf(node: Expression): string | undefined {
  const key =
    node.kind === "Subscript"
      ? node.index
      : node.kind === "Call" && node.function.kind === "Attribute" && node.function.attribute.name === "get"
        ? node.arguments[0]
        : undefined;
  if (node.kind === "Name") return node.name;
  return key?.kind === "StringLiteral" && /^[a-z_]\w*$/i.test(key.value) ? key.value : undefined;
}

/** `to` and `recipient_list` hold addresses. */
function singular(hint: string): string {
  return /^(?:to|cc|bcc|reply_to|recipient_list)$/.test(hint) ? "address" : hint;
}
