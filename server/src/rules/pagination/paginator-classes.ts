/** Paginators of Django REST framework that give pages of any size. */
import type { Location } from "../../base/text-range.ts";
import type { DjangoProject } from "../../django/project.ts";
import { restFrameworkPagination } from "../../django/project-settings.ts";
import { setAttribute } from "../../edits/class-members.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { ClassSymbol, Module } from "../../python/symbols.ts";
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import { returnedValues } from "../../syntax/returned-values.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Fix } from "../finding.ts";
import { classAttribute, limitOffsetClass, pageNumberClass } from "./page-kind.ts";

export interface UnboundedPaginator {
  readonly location: Location;
  readonly symbol: string;
  /** Parameter of the request that says how many rows a page has. */
  readonly parameter: string;
  /** The attribute that would limit it. */
  readonly limit: "max_page_size" | "max_limit";
  /** Whoever names no size gets all rows: a limit would keep nobody from anything. */
  readonly givesAll: boolean;
  readonly fixes: readonly Fix[];
}

const mostRows = 100;

export function unboundedPaginators(project: DjangoProject): readonly UnboundedPaginator[] {
  const { program } = project;
  return program.modules
    .filter(({ firstParty, file }) => firstParty && mentions(file, /agina/))
    .flatMap((module) => [
      ...program
        .classes(module)
        .flatMap((symbol) => [...ofClass(project, symbol), ...ofView(project, symbol)]),
      ...ofSettings(project, module),
    ]);
}

/** A class of the project that lets clients choose; subclasses inherit what is to be repaired. */
function ofClass(project: DjangoProject, symbol: ClassSymbol): readonly UnboundedPaginator[] {
  const { program } = project;
  const own = program.members(symbol);
  const isNumbered = program.derivesFrom(symbol, new Set([pageNumberClass]));
  const isOffset = !isNumbered && program.derivesFrom(symbol, new Set([limitOffsetClass]));
  if (!isNumbered && !isOffset) return [];
  const limit = isNumbered ? "max_page_size" : "max_limit";
  const limited = classAttribute(program, symbol, limit);
  if (limited !== undefined && !isNoneLiteral(limited)) return [];
  if (decidesItself(program, symbol) || setsItself(program, symbol, limit)) return [];
  const name = isNumbered ? "page_size_query_param" : "limit_query_param";
  const chosen = classAttribute(program, symbol, name);
  // By number, the size is fixed unless the class says otherwise; by offset, it is free unless a base class is there.
  const isDeclaredHere = isNumbered ? own.has(name) : baseOf(program, symbol) === undefined;
  if (!isDeclaredHere || (isNumbered && (chosen === undefined || isNoneLiteral(chosen)))) return [];
  const standard = defaultSize(project, symbol, isNumbered);
  const { module, node } = symbol;
  const below = isNumbered ? name : "default_limit";
  const declared = own.get(below);
  const place = (declared?.kind === "variable" && declared.values.at(-1)) || node.name;
  return [
    {
      location: { path: module.file.path, range: { start: place.start, end: place.end } },
      symbol: `${module.name}.${symbol.qualifiedName}`,
      parameter: chosen?.kind === "StringLiteral" ? chosen.value : isNumbered ? "page_size" : "limit",
      limit,
      givesAll: standard === 0,
      fixes: limitFix(symbol, limit, below, standard),
    },
  ];
}

const sizes: ReadonlySet<string> = new Set(["get_page_size", "get_limit"]);
const cuts: ReadonlySet<string> = new Set(["paginate_queryset"]);
const decisions: ReadonlySet<string> = new Set([...cuts, ...sizes]);

/** It overrides what cuts pages, or cuts in a method of its own, which may be lists that are in memory already. */
function decidesItself(program: PythonProgram, symbol: ClassSymbol): boolean {
  if ([...decisions].some((name) => program.lookupMember(symbol, name).kind === "found")) return true;
  if (!isApiView(program, symbol)) return hasMethodCalling(program, symbol, decisions);
  // `class TagView(APIView, LimitOffsetPagination)`: only its own code asks the paginator.
  return !hasMethodCalling(program, symbol, cuts) || hasMethodCalling(program, symbol, sizes);
}

function isApiView(program: PythonProgram, symbol: ClassSymbol): boolean {
  return program.derivesFrom(symbol, new Set(["rest_framework.views.APIView"]));
}

/** `self.max_page_size = …`, in a method. */
function setsItself(program: PythonProgram, symbol: ClassSymbol, name: string): boolean {
  const assignment = new RegExp(`\\.${name}\\s*(?::[^=\\n]*)?=[^=]`);
  return program.mro(symbol).some((base) => base.kind === "class" && mentions(base.module.file, assignment));
}

function hasMethodCalling(program: PythonProgram, symbol: ClassSymbol, names: ReadonlySet<string>): boolean {
  return program
    .mro(symbol)
    .some(
      (base) =>
        base.kind === "class" &&
        [...program.members(base).values()].some(
          (member) => member.kind === "function" && callsOwn(member.node, names),
        ),
    );
}

/** `self.get_limit(request)` */
function callsOwn(node: FunctionDef, names: ReadonlySet<string>): boolean {
  let found = false;
  walkExpressions(node, (each) => {
    found ||=
      each.kind === "Call" &&
      each.function.kind === "Attribute" &&
      each.function.value.kind === "Name" &&
      each.function.value.name === node.parameters[0]?.name &&
      names.has(each.function.attribute.name);
    return !found;
  });
  return found;
}

/** The project's own class that it derives from. */
function baseOf(program: PythonProgram, symbol: ClassSymbol): ClassSymbol | undefined {
  return program
    .mro(symbol)
    .find(
      (entry): entry is ClassSymbol =>
        entry.kind === "class" &&
        entry.id !== symbol.id &&
        program.derivesFrom(entry, new Set([limitOffsetClass])),
    );
}

/** How many rows a page has where the client says nothing: 0 for all of them, undefined where that is not known. */
function defaultSize(
  { program, settings }: DjangoProject,
  symbol: ClassSymbol,
  isNumbered: boolean,
): number | undefined {
  const declared = classAttribute(program, symbol, isNumbered ? "page_size" : "default_limit");
  if (declared?.kind === "NumberLiteral") return declared.value;
  if (declared) return isNoneLiteral(declared) ? 0 : undefined;
  const { hasNoPageSize, pageSize } = restFrameworkPagination(settings);
  return hasNoPageSize ? 0 : pageSize;
}

/** A limit below the default would also make the pages smaller that nobody has chosen. */
function limitFix(
  symbol: ClassSymbol,
  name: string,
  below: string,
  standard: number | undefined,
): readonly Fix[] {
  if (standard === undefined) return [];
  const { file } = symbol.module;
  const most = Math.max(mostRows, standard);
  const edit = setAttribute(file, symbol.node, { name, code: String(most), below });
  return edit
    ? [
        {
          title: `Set ${name} = ${most} (clients may ask for more today)`,
          safety: "unsafe",
          preferred: true,
          edits: [{ path: file.path, ...edit }],
        },
      ]
    : [];
}

/** `pagination_class = LimitOffsetPagination` */
function ofView({ program, settings }: DjangoProject, symbol: ClassSymbol): readonly UnboundedPaginator[] {
  const member = program.members(symbol).get("pagination_class");
  const value = member?.kind === "variable" ? member.values.at(-1) : undefined;
  if (!value) return [];
  const resolved = program.resolveExpression(symbol.module, value, symbol);
  if (resolved.kind !== "external" || resolved.name !== limitOffsetClass || !mayList(program, symbol))
    return [];
  if (givesList(program, symbol)) return [];
  const { hasNoPageSize } = restFrameworkPagination(settings);
  return [ofUse(symbol.module, `${symbol.module.name}.${symbol.qualifiedName}`, value, hasNoPageSize)];
}

/** `get_queryset()` makes a list of all rows each time: how many of them a page has, costs nothing. */
function givesList(program: PythonProgram, symbol: ClassSymbol): boolean {
  const member = program.lookupMember(symbol, "get_queryset");
  if (member.kind !== "found" || member.symbol.kind !== "function") return false;
  const values = returnedValues(member.symbol.node);
  return values.length > 0 && values.every(isListOfRows);
}

function isListOfRows(value: Expression): boolean {
  if (value.kind === "ListLiteral") return true;
  if (value.kind === "Comprehension") return value.form === "list";
  return (
    value.kind === "Call" && value.function.kind === "Name" && /^(?:list|sorted)$/.test(value.function.name)
  );
}

/**
 * Only a list is cut into pages: views that show or change one object never ask their paginator. What a base class does
 * that is not known may be a list, and a class for others to derive from is for theirs.
 */
function mayList(program: PythonProgram, symbol: ClassSymbol): boolean {
  const bases = program.mro(symbol);
  const isOfOne = bases.some((base) => base.kind === "external" && ofOneObject.test(base.name));
  const isKnown = bases.every(
    (base) =>
      base.kind === "class" ||
      (base.kind === "external" && (ofOneObject.test(base.name) || withoutActions.test(base.name))),
  );
  return (
    !isOfOne ||
    !isKnown ||
    bases.some((base) => base.kind === "class" && mentions(base.module.file, /\bpaginate_queryset\b/)) ||
    ["get", "list"].some((name) => program.lookupMember(symbol, name).kind === "found")
  );
}

const ofOneObject =
  /^rest_framework\.(?:generics\.(?:Create|(?:Retrieve)?(?:Update|Destroy|UpdateDestroy)|Retrieve)APIView|mixins\.(?:Create|Retrieve|Update|Destroy)ModelMixin)$/;
const withoutActions =
  /^(?:builtins\.object|rest_framework\.(?:views\.APIView|generics\.GenericAPIView|viewsets\.(?:GenericViewSet|ViewSetMixin)))$/;

/** `"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination"`, where the settings mean it. */
function ofSettings({ program, settings }: DjangoProject, module: Module): readonly UnboundedPaginator[] {
  if (!mentions(module.file, limitOffsetClass)) return [];
  const { hasNoPageSize, paginationClass } = restFrameworkPagination(settings);
  if (paginationClass !== limitOffsetClass || !listsAnywhere(program)) return [];
  const found: UnboundedPaginator[] = [];
  walkExpressions(module.file.tree, (node) => {
    if (node.kind === "DictLiteral") {
      for (const { key, value } of node.entries) {
        const isDefault = key?.kind === "StringLiteral" && key.value === "DEFAULT_PAGINATION_CLASS";
        if (isDefault && value.kind === "StringLiteral" && value.value === limitOffsetClass)
          found.push(ofUse(module, module.name, value, hasNoPageSize));
      }
    }
    return undefined;
  });
  return found;
}

/** Some view of the project may give a list by its paginator, as far as its base classes are known. */
function listsAnywhere(program: PythonProgram): boolean {
  return program.modules.some(
    (module) =>
      module.firstParty &&
      mentions(module.file, /rest_framework|View[sS]et/) &&
      program.classes(module).some((symbol) => isView(program, symbol) && mayList(program, symbol)),
  );
}

/** Neither a plain `APIView`, whose code cuts nothing by itself, nor a class of another kind. */
function isView(program: PythonProgram, symbol: ClassSymbol): boolean {
  return program
    .mro(symbol)
    .some(
      (base) =>
        base.kind === "external" &&
        /(?:^rest_framework\.(?:generics|viewsets|mixins)\.|View[sS]et)/.test(base.name),
    );
}

function ofUse(
  { file }: Module,
  symbol: string,
  { start, end }: Expression,
  givesAll: boolean,
): UnboundedPaginator {
  return {
    location: { path: file.path, range: { start, end } },
    symbol,
    parameter: "limit",
    limit: "max_limit",
    givesAll,
    fixes: [],
  };
}
