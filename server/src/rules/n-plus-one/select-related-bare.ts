import { groupBy } from "../../base/group-by.ts";
import { containsRange, type Location } from "../../base/text-range.ts";
import { isAdminClass, modelOfAdmin } from "../../django/admin-classes.ts";
import { isToOne, type Model } from "../../django/model-graph.ts";
import { mayApply } from "../../django/versions.ts";
import type { EagerLoadingCall, Fact } from "../../interpret/facts.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import { pathKey } from "../../queryset/coverage.ts";
import type { Expression } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { isStatement, pathTo } from "../../syntax/walk.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { planEagerLoading } from "./eager-loading-plan.ts";
import { leavesFunction } from "./leaving-function.ts";
import { staysInLoops } from "./never-looked-at.ts";

export const selectRelatedBare: FactRule = {
  kind: "facts",
  code: "QS120",
  name: "select-related-bare",
  summary: "select_related() without arguments joins every non-null foreign key",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const selections = factsOfKind(context.facts, "eagerLoading").filter(
      ({ method }) => method === "select_related",
    );
    const bare = selections.filter(
      ({ call, hasOtherArguments }) =>
        call.arguments.length === 0 && call.keywords.length === 0 && !hasOtherArguments,
    );
    return [
      ...[...groupBy(bare, ({ location }) => placeKey(location)).values()].map(([call]) =>
        findingOfCall(context, call, selections),
      ),
      ...findingsInAdmin(context),
    ];
  },
};

const effect = "joins every non-null foreign key up to five levels deep and skips nullable ones";

function findingAt(
  context: RuleContext,
  location: Location,
  subject: string,
  details: Pick<Finding, "symbol" | "model" | "relationPaths" | "fixes">,
): Finding {
  const deprecated = mayApply("bareSelectRelatedDeprecated", context.project.django);
  return {
    ...findingBase(selectRelatedBare),
    level: deprecated ? "warning" : "info",
    remedy: "explicit-paths",
    confidence: "certain",
    message: `${subject} ${effect}${deprecated ? "; it is deprecated since Django 6.1" : ""}.`,
    help: "Name the relations that are read.",
    location,
    origin: location,
    evidence: [],
    ...details,
  };
}

function findingOfCall(
  context: RuleContext,
  call: EagerLoadingCall,
  selections: readonly EagerLoadingCall[],
): Finding {
  const { location, symbol, model } = call;
  const subject = "select_related() without arguments";
  const details = { symbol, model: model.label };
  if (selections.some((other) => isFollowedBy(call, other))) {
    const fix: Fix = { ...removal(call, "Remove select_related(), which has no effect"), safety: "safe" };
    const fixes = [fix];
    return findingAt(context, location, subject, { ...details, relationPaths: [], fixes });
  }
  const paths = pathsToName(context, call);
  if (paths.length === 0 && isUsedHereOnly(context, call)) {
    const title = "Remove select_related(): nothing reads what it joins";
    const fixes = [removal(call, title, isWhatIsAskedFor(context, call) ? ".all()" : "")];
    return findingAt(context, location, subject, { ...details, relationPaths: [], fixes });
  }
  const { start, end } = call.call.argumentsRange;
  const names = quoted(paths);
  const isEmpty =
    context
      .text(location.path)
      .slice(start + 1, end - 1)
      .trim() === "";
  return findingAt(context, location, subject, {
    ...details,
    relationPaths: paths,
    fixes:
      paths.length === 0 || !isEmpty
        ? []
        : [namingFix(`select_related(${names})`, location.path, { start: start + 1, end: end - 1 }, names)],
  });
}

function namingFix(code: string, path: string, range: Location["range"], newText: string): Fix {
  return {
    title: `Name the relations: ${code}`,
    safety: "unsafe",
    preferred: true,
    edits: [{ path, range, newText }],
  };
}

function quoted(paths: readonly string[]): string {
  return paths.map((path) => `"${path}"`).join(", ");
}

/** A later call of the same chain that names relations: it forgets what the bare one joined. */
function isFollowedBy({ call, location }: EagerLoadingCall, other: EagerLoadingCall): boolean {
  return (
    other.location.path === location.path &&
    other.lookups.length > 0 &&
    other.call.function.kind === "Attribute" &&
    isInChain(other.call.function.value, call)
  );
}

function isInChain(chain: Expression, call: Expression): boolean {
  let current = chain;
  for (;;) {
    if (current === call) return true;
    if (current.kind === "Call") current = current.function;
    else if (current.kind === "Attribute") current = current.value;
    else return false;
  }
}

/** Nothing stands behind the call, nor before it but a manager or a name: without the call, there is no queryset. */
function isWhatIsAskedFor({ project }: RuleContext, { call, location }: EagerLoadingCall): boolean {
  const receiver = call.function.kind === "Attribute" ? call.function.value : undefined;
  const tree = project.program.moduleOfFile(location.path)?.file.tree;
  const parent = tree && pathTo(tree, call).at(-2);
  const continues = parent && "kind" in parent && parent.kind === "Attribute" && parent.value === call;
  return receiver?.kind !== "Call" && !continues;
}

function removal({ call, location }: EagerLoadingCall, title: string, newText = ""): Fix {
  const start = call.function.kind === "Attribute" ? call.function.value.end : call.start;
  return {
    title,
    safety: "unsafe",
    preferred: true,
    edits: [{ path: location.path, range: { start, end: call.end }, newText }],
  };
}

type RowRead = Extract<Fact, { kind: "coveredRead" | "relationRead" }>;

/** The relations that readers use; those that the call joins at the first level where there may be other readers. */
function pathsToName(context: RuleContext, eagerLoading: EagerLoadingCall): readonly string[] {
  const { call, queryset, model, location } = eagerLoading;
  const reads = context.facts.filter(
    (fact): fact is RowRead =>
      (fact.kind === "coveredRead" || fact.kind === "relationRead") &&
      fact.queryset.origin.sites.some(
        (site) => site.location.path === location.path && containsRange(site.node, call),
      ),
  );
  const used = planEagerLoading(context.project.models, { ...queryset, selectsAllNonNull: false }, [
    ...new Map(reads.map(({ path }) => [pathKey(path), path])).values(),
  ]).select;
  const tree = context.project.program.moduleOfFile(location.path)?.file.tree;
  const isShared =
    tree === undefined || (leavesFunction(tree, call) && !isUsedHereOnly(context, eagerLoading));
  const mayBeRead = isShared || (used.length === 0 && !isUsedHereOnly(context, eagerLoading));
  const joined = mayBeRead ? joinedAtFirstLevel(model) : [];
  return [...joined.filter((path) => !used.some((longer) => `${longer}__`.startsWith(`${path}__`))), ...used];
}

/** All that reads the rows is seen: loops, the labels of a form field, or nothing where no rows are made. */
function isUsedHereOnly(context: RuleContext, selection: EagerLoadingCall): boolean {
  const { call, location, model } = selection;
  const tree = context.project.program.moduleOfFile(location.path)?.file.tree;
  if (!tree) return false;
  const statement = pathTo(tree, call).findLast(isStatement);
  if (statement?.kind === "Assign" && statement.targets.every(isOptionsOfField)) return true;
  return staysInLoops(context, model, location);
}

/** `self.fields["task"].queryset` */
function isOptionsOfField(target: Expression): boolean {
  if (target.kind !== "Attribute" || target.attribute.name !== "queryset") return false;
  const field = target.value;
  return (
    field.kind === "Subscript" && field.value.kind === "Attribute" && field.value.attribute.name === "fields"
  );
}

/** Without the links to the tables of parent models, which every query joins. */
function joinedAtFirstLevel({ relations, parents }: Model): readonly string[] {
  return [...relations.values()]
    .filter(({ kind, nullable }) => (kind === "foreignKey" || kind === "oneToOne") && !nullable)
    .filter(({ kind, target }) => kind !== "oneToOne" || target === undefined || !parents.includes(target))
    .map(({ queryName }) => queryName);
}

/** `list_select_related = True`: the admin calls `select_related()` for its list. */
function findingsInAdmin(context: RuleContext): readonly Finding[] {
  const { program } = context.project;
  return program.modules
    .filter(({ file }) => mentions(file, "list_select_related"))
    .flatMap((module) => program.classes(module))
    .flatMap((admin) => {
      const value = lastValue(context, admin, "list_select_related");
      if (value?.kind !== "ConstantLiteral" || value.value !== "True" || !isAdminClass(program, admin))
        return [];
      return findingsOfAdmin(context, admin, value);
    });
}

function findingsOfAdmin(context: RuleContext, admin: ClassSymbol, value: Expression): readonly Finding[] {
  const { program, models } = context.project;
  const { path } = admin.module.file;
  const range = { start: value.start, end: value.end };
  const model = modelOfAdmin(program, models, admin);
  const paths = model
    ? [...new Set([...joinedAtFirstLevel(model), ...relationColumns(context, admin, model)])]
    : [];
  // There is nothing to join.
  if (model?.complete && paths.length === 0) return [];
  const list = `[${quoted(paths)}]`;
  return [
    findingAt(context, { path, range }, "list_select_related = True", {
      symbol: `${admin.module.name}.${admin.qualifiedName}`,
      model: model?.label,
      relationPaths: paths,
      fixes: paths.length === 0 ? [] : [namingFix(`list_select_related = ${list}`, path, range, list)],
    }),
  ];
}

/** The columns of the list that are relations of a row to another one. */
function relationColumns(context: RuleContext, admin: ClassSymbol, model: Model): readonly string[] {
  const columns = lastValue(context, admin, "list_display");
  if (columns?.kind !== "ListLiteral" && columns?.kind !== "TupleLiteral") return [];
  return columns.elements.flatMap((element) => {
    const relation = element.kind === "StringLiteral" ? model.relations.get(element.value) : undefined;
    return relation && isToOne(relation) && relation.kind !== "genericForeignKey" ? [relation.queryName] : [];
  });
}

function lastValue(context: RuleContext, owner: ClassSymbol, name: string): Expression | undefined {
  const member = context.project.program.members(owner).get(name);
  return member?.kind === "variable" ? member.values.at(-1) : undefined;
}
