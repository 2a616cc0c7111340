import type { TextRange } from "../base/text-range.ts";
import type {
  AnnAssign,
  Call,
  ClassDef,
  Expression,
  FunctionDef,
  Identifier,
  If,
  ImportAlias,
  ModuleTree,
  Parameter,
  Statement,
} from "../syntax/ast.ts";
import {
  forEachBlockStatement,
  globalNames,
  mentionsGlobal,
  someBlockStatement,
} from "../syntax/statement-walk.ts";
import type { DefinitionNode, FileOutline } from "./definition-nodes.ts";
import {
  basesOfType,
  classArguments,
  classMadeBy,
  isClassName,
  type MadeByFunction,
} from "./made-classes.ts";
import { assignedItem, assignedValue, baseOutlines, nameChain, otherValue } from "./name-chain.ts";
import { OpenScope, type OpenVariable } from "./open-scope.ts";
import type {
  AssignedValue,
  Binding,
  ClassOutline,
  FunctionOutline,
  ImportSource,
  MadeClass,
  ModuleOutline,
  Scope,
  VariableOutline,
} from "./outline.ts";
import { PublicNamesReader } from "./public-names.ts";
import { returnedClasses } from "./returned-classes.ts";

/** The outline of a module, without the classes and functions that stand inside function bodies. */
export function extractOutline(tree: ModuleTree, text: string): FileOutline {
  const classes: ClassOutline[] = [];
  const functions: FunctionOutline[] = [];
  const made: MadeClass[] = [];
  const publicNames = new PublicNamesReader();
  const module = new OpenScope("module", "", []);
  const outline = {
    kind: "moduleOutline" as const,
    scope: module.closed(),
    publicNames: undefined as ModuleOutline["publicNames"],
    hasDynamicAttributes: false,
    classes,
    functions,
    made,
  };
  const reader = new OutlineReader(outline, classes, functions, publicNames);
  reader.statements(tree.body, module, false);
  if (mentionsGlobal(text)) reader.globals(tree.body, module);
  made.push(...reader.made);
  outline.publicNames = publicNames.result();
  outline.hasDynamicAttributes = module.bindings.has("__getattr__");
  return { outline, nodes: reader.nodes };
}

/** Classes and functions inside function bodies, which belong to one file version and not to its outline. */
export function extractLocals(file: FileOutline): {
  classes: readonly ClassOutline[];
  functions: readonly FunctionOutline[];
  nodes: readonly DefinitionNode[];
} {
  const classes: ClassOutline[] = [];
  const functions: FunctionOutline[] = [];
  const reader = new OutlineReader(file.outline, classes, functions, undefined, file);
  for (const definition of file.outline.functions) {
    const node = file.nodes[definition.index];
    if (node?.kind === "FunctionDef") {
      reader.functionBody(node, definition.qualifiedName, []);
    }
  }
  return { classes, functions, nodes: reader.nodes };
}

class OutlineReader {
  readonly nodes: DefinitionNode[] = [];
  readonly made: MadeClass[] = [];
  /** Functions of the module that make a class, as far as they stand in front of the present place. */
  private readonly makers = new Map<string, MadeByFunction>();
  private order = 0;
  private readonly keys = new Set<string>();
  private readonly firstIndex: number;
  private readonly outline: ModuleOutline;
  private classes: ClassOutline[];
  private functions: FunctionOutline[];
  private readonly publicNames: PublicNamesReader | undefined;

  constructor(
    outline: ModuleOutline,
    classes: ClassOutline[],
    functions: FunctionOutline[],
    publicNames: PublicNamesReader | undefined,
    existing?: FileOutline,
  ) {
    this.outline = outline;
    this.classes = classes;
    this.functions = functions;
    this.publicNames = publicNames;
    this.firstIndex = existing?.nodes.length ?? 0;
  }

  statements(body: readonly Statement[], scope: OpenScope, conditional: boolean): void {
    for (const statement of body) this.statement(statement, scope, conditional);
  }

  private statement(statement: Statement, scope: OpenScope, conditional: boolean): void {
    switch (statement.kind) {
      case "ClassDef":
        this.classDef(statement, scope, conditional);
        return;
      case "FunctionDef":
        this.functionDef(statement, scope, conditional);
        return;
      case "Assign":
        this.publicNamesOf(scope)?.assign(statement);
        for (const target of statement.targets) this.assign(target, statement.value, scope, conditional);
        return;
      case "AugAssign":
        this.publicNamesOf(scope)?.augment(statement);
        if (statement.target.kind === "Name") {
          this.addValue(statement.target.name, statement.value, otherValue, scope, true);
        }
        return;
      case "AnnAssign":
        this.publicNamesOf(scope)?.annotate(statement);
        this.annotated(statement, scope, conditional);
        return;
      case "TypeAlias":
        this.assignName(statement.name.name, statement.value, scope, conditional);
        return;
      case "ExpressionStatement":
        this.publicNamesOf(scope)?.call(statement.value);
        return;
      case "Import":
        for (const alias of statement.names) this.importName(alias, scope, conditional);
        return;
      case "ImportFrom": {
        const source: ImportSource = { module: statement.module, level: statement.level };
        for (const alias of statement.names) this.importFrom(source, alias, scope, conditional);
        return;
      }
      case "If":
        this.ifStatement(statement, scope);
        return;
      case "While":
        this.statements(statement.body, scope, true);
        this.statements(statement.orElse, scope, true);
        return;
      case "For":
        this.opaqueTarget(statement.target, scope);
        this.statements(statement.body, scope, true);
        this.statements(statement.orElse, scope, true);
        return;
      case "With":
        for (const item of statement.items) if (item.target) this.opaqueTarget(item.target, scope);
        this.statements(statement.body, scope, conditional);
        return;
      case "Try":
        this.statements(statement.body, scope, true);
        for (const handler of statement.handlers) this.statements(handler.body, scope, true);
        this.statements(statement.orElse, scope, true);
        this.statements(statement.finalBody, scope, conditional);
        return;
      case "Match":
        for (const matchCase of statement.cases) {
          for (const name of matchCase.bindings) this.opaqueName(name, scope);
          this.statements(matchCase.body, scope, true);
        }
        return;
      case "Return":
      case "Delete":
      case "Raise":
      case "Assert":
      case "Global":
      case "Nonlocal":
      case "Pass":
      case "Break":
      case "Continue":
      case "InvalidStatement":
        return;
    }
  }

  private ifStatement(statement: If, scope: OpenScope): void {
    let current = statement;
    // A loop, because `elif` nests and machine-made chains are longer than the stack is deep.
    for (;;) {
      this.statements(current.body, scope, true);
      const [next, ...others] = current.orElse;
      if (next?.kind !== "If" || others.length > 0) break;
      current = next;
    }
    this.statements(current.orElse, scope, true);
  }

  private classDef(node: ClassDef, scope: OpenScope, conditional: boolean): void {
    const definition = this.classOutline(node, scope);
    const { order } = definition;
    this.bind(scope, node.name.name, { kind: "class", definition, order, conditional });
  }

  private classOutline(node: ClassDef, scope: OpenScope): ClassOutline {
    const qualifiedName = scope.prefix + node.name.name;
    const inner = new OpenScope("class", `${qualifiedName}.`, scope.visibleInside());
    const definition: ClassOutline = {
      kind: "class",
      index: this.number(node),
      name: node.name.name,
      qualifiedName,
      key: this.uniqueKey(qualifiedName),
      order: this.order++,
      bases: node.bases.flatMap(baseOutlines),
      scope: inner.closed(),
      owner: scope.owner,
      outline: this.outline,
    };
    inner.owner = definition;
    this.classes.push(definition);
    this.statements(node.body, inner, false);
    return definition;
  }

  private functionDef(node: FunctionDef, scope: OpenScope, conditional: boolean): void {
    const qualifiedName = scope.prefix + node.name.name;
    const makes = scope.kind === "module" ? classMadeBy(node) : undefined;
    if (makes) this.makers.set(node.name.name, makes);
    const definition: FunctionOutline = {
      kind: "function",
      index: this.number(node),
      name: node.name.name,
      qualifiedName,
      key: this.uniqueKey(qualifiedName),
      owner: scope.owner,
      returns: scope.kind === "module" ? returnedClasses(node) : undefined,
      makes: makes && { positions: makes.positions, hasBody: makes.statement !== undefined },
      outline: this.outline,
    };
    this.functions.push(definition);
    // `@total.setter def total` extends the property and does not replace its getter.
    if (!extendsProperty(node)) {
      this.bind(scope, node.name.name, { kind: "function", definition, order: this.order++, conditional });
    }
  }

  /** Reads a function's body for the classes and functions in it; its own names are their enclosing scope. */
  functionBody(node: FunctionDef, qualifiedName: string, parents: readonly Scope[]): void {
    if (!containsDefinition(node.body)) return;
    const inner = new OpenScope("function", `${qualifiedName}.<locals>.`, parents);
    for (const parameter of node.parameters) this.parameter(parameter, inner);
    const firstFunction = this.functions.length;
    this.statements(node.body, inner, false);
    for (const local of this.functions.slice(firstFunction)) {
      const localNode = this.nodes[local.index - this.firstIndex];
      if (localNode?.kind !== "FunctionDef") continue;
      this.functionBody(localNode, local.qualifiedName, inner.visibleInside());
    }
  }

  private parameter(parameter: Parameter, scope: OpenScope): void {
    this.bind(scope, parameter.name, { kind: "opaque", order: this.order++, conditional: false });
  }

  private assign(target: Expression, value: Expression, scope: OpenScope, conditional: boolean): void {
    switch (target.kind) {
      case "Name":
        this.assignName(target.name, value, scope, conditional);
        return;
      case "TupleLiteral":
      case "ListLiteral": {
        const values = value.kind === "TupleLiteral" || value.kind === "ListLiteral" ? value.elements : [];
        const matching = values.length === target.elements.length && !values.some(isStarred);
        target.elements.forEach((element, index) => {
          const part = matching ? values[index] : undefined;
          if (part && !isStarred(element)) this.assign(element, part, scope, conditional);
          else if (element.kind === "Name" && value.kind === "Call") {
            this.addValue(element.name, invalid(element), assignedItem(value, index), scope, conditional);
          } else this.opaqueTarget(element, scope);
        });
        return;
      }
      default:
        return;
    }
  }

  private assignName(name: string, value: Expression, scope: OpenScope, conditional: boolean): void {
    if (this.isRedecoration(name, value, scope)) return;
    // Members are asked for by the thousand and looked up as variables: what a call makes of them does not matter.
    const says = scope.kind === "class" && value.kind === "Call" ? otherValue : assignedValue(value);
    if (says.kind !== "call" || value.kind !== "Call" || scope.kind !== "module" || !isClassName(name)) {
      this.addValue(name, value, says, scope, conditional);
      return;
    }
    this.addValue(name, value, { ...says, made: this.madeClass(name, value, scope) }, scope, conditional);
  }

  /** The class that `name` is if the function that is called makes one. */
  private madeClass(name: string, call: Call, scope: OpenScope): MadeClass | undefined {
    const ofType = basesOfType(call);
    const positions = ofType ? undefined : classArguments(call);
    const bases = ofType ?? (positions ?? []).flatMap((position) => call.arguments[position] ?? []);
    if (bases.length === 0) return undefined;
    const callee = call.function.kind === "Name" ? call.function.name : undefined;
    const statement = callee === undefined ? undefined : this.makers.get(callee)?.statement;
    const { start, end } = call.function;
    const node: ClassDef = {
      kind: "ClassDef",
      start: call.start,
      end: call.end,
      name: { name, start, end },
      decorators: [],
      bases,
      keywords: [],
      body: statement?.body ?? [],
      bodyRange: call.argumentsRange,
    };
    const made = { definition: this.unlisted(node, scope), positions, hasBody: statement !== undefined };
    this.made.push(made);
    return made;
  }

  /** A class that is not among those of the module: whether there is one, the linking tells. */
  private unlisted(node: ClassDef, scope: OpenScope): ClassOutline {
    const { classes, functions } = this;
    this.classes = [];
    this.functions = [];
    const definition = this.classOutline(node, scope);
    this.classes = classes;
    this.functions = functions;
    return definition;
  }

  private addValue(
    name: string,
    node: Expression,
    value: AssignedValue,
    scope: OpenScope,
    conditional: boolean,
  ): void {
    const known = scope.variables.get(name);
    known?.node.values.push(node);
    const { definition } = known ?? this.newVariable(name, scope, [node]);
    this.bind(scope, name, { kind: "assignment", definition, value, order: this.order++, conditional });
  }

  private annotated(statement: AnnAssign, scope: OpenScope, conditional: boolean): void {
    if (statement.target.kind !== "Name") return;
    const { name } = statement.target;
    const variable = scope.variables.get(name) ?? this.newVariable(name, scope, []);
    variable.node.annotation ??= statement.annotation;
    if (statement.value) {
      this.assignName(name, statement.value, scope, conditional);
      return;
    }
    const value: AssignedValue = { kind: "annotation" };
    const { definition } = variable;
    // An annotation alone binds nothing: it must not hide another binding.
    this.bind(scope, name, { kind: "assignment", definition, value, order: this.order++, conditional: true });
  }

  /** A name that a loop, a `with`, a pattern or unpacking binds: its value is no expression of the file. */
  private opaqueTarget(target: Expression, scope: OpenScope): void {
    switch (target.kind) {
      case "Name":
        this.opaqueName(target, scope);
        return;
      case "Starred":
        this.opaqueTarget(target.value, scope);
        return;
      case "TupleLiteral":
      case "ListLiteral":
        for (const element of target.elements) this.opaqueTarget(element, scope);
        return;
      default:
        return;
    }
  }

  private opaqueName(name: Identifier | (Expression & { kind: "Name" }), scope: OpenScope): void {
    this.addValue(name.name, invalid(name), otherValue, scope, true);
  }

  /** `view = login_required(view)` changes what a function or class does, not what the name stands for. */
  private isRedecoration(name: string, value: Expression, scope: OpenScope): boolean {
    if (value.kind !== "Call") return false;
    if (!value.arguments.some((argument) => argument.kind === "Name" && argument.name === name)) return false;
    const previous = scope.bindings.get(name)?.at(-1);
    return previous?.kind === "class" || previous?.kind === "function";
  }

  private importName(alias: ImportAlias, scope: OpenScope, conditional: boolean): void {
    const top = alias.name.split(".", 1)[0] ?? alias.name;
    const name = alias.alias ?? top;
    const module = alias.alias === undefined ? top : alias.name;
    this.bind(scope, name, { kind: "import", module, order: this.order++, conditional });
  }

  private importFrom(source: ImportSource, alias: ImportAlias, scope: OpenScope, conditional: boolean): void {
    if (alias.name === "*") {
      scope.starImports.push(source);
      return;
    }
    const { name } = alias;
    const order = this.order++;
    this.bind(scope, alias.alias ?? name, { kind: "importFrom", source, name, order, conditional });
  }

  /** `global name` in a function makes its assignments there bind the module's name. */
  globals(body: readonly Statement[], module: OpenScope): void {
    forEachBlockStatement(body, (statement) => {
      if (statement.kind === "ClassDef") this.globals(statement.body, module);
      if (statement.kind !== "FunctionDef") return;
      const names = globalNames(statement);
      if (names.size === 0) return;
      forEachBlockStatement(statement.body, (inner) => {
        if (inner.kind !== "Assign") return;
        for (const target of inner.targets) {
          if (target.kind !== "Name" || !names.has(target.name)) continue;
          this.addValue(target.name, inner.value, otherValue, module, true);
        }
      });
    });
  }

  private newVariable(name: string, scope: OpenScope, values: Expression[]): OpenVariable {
    const node: OpenVariable["node"] = { kind: "Variable", values, annotation: undefined };
    const index = this.number(node);
    const definition: VariableOutline = {
      kind: "variable",
      index,
      name,
      owner: scope.owner,
      outline: this.outline,
    };
    const variable = { definition, node };
    scope.variables.set(name, variable);
    return variable;
  }

  private bind(scope: OpenScope, name: string, binding: Binding): void {
    const known = scope.bindings.get(name);
    if (known) known.push(binding);
    else scope.bindings.set(name, [binding]);
  }

  private number(node: DefinitionNode): number {
    this.nodes.push(node);
    return this.firstIndex + this.nodes.length - 1;
  }

  private uniqueKey(qualifiedName: string): string {
    let key = qualifiedName;
    for (let count = 2; this.keys.has(key); count++) key = `${qualifiedName}#${count}`;
    this.keys.add(key);
    return key;
  }

  private publicNamesOf(scope: OpenScope): PublicNamesReader | undefined {
    return scope.kind === "module" ? this.publicNames : undefined;
  }
}

/** Stands for a value that is no expression of the file. */
function invalid({ start, end }: TextRange): Expression {
  return { kind: "InvalidExpression", start, end };
}

function extendsProperty(node: FunctionDef): boolean {
  return node.decorators.some((decorator) => {
    const chain = nameChain(decorator);
    const last = chain?.at(-1);
    return chain?.[0] === node.name.name && (last === "setter" || last === "deleter" || last === "getter");
  });
}

function isStarred(expression: Expression): boolean {
  return expression.kind === "Starred";
}

function containsDefinition(body: readonly Statement[]): boolean {
  return someBlockStatement(body, ({ kind }) => kind === "ClassDef" || kind === "FunctionDef");
}
