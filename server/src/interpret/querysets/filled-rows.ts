/** Querysets whose own code gives each row something when it fetches them: the row that they belong to, a cached value. */
import { remembered } from "../../base/remembered.ts";
import type { Instance } from "../../queryset/instance.ts";
import { unknownVarying } from "../../queryset/join.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { walk } from "../../syntax/walk.ts";
import type { Interpreter } from "../interpreter.ts";

/** Methods of a queryset through which all of its rows go. */
const fetching = ["__iter__", "_fetch_all", "iterator"] as const;

const namesFilled = new WeakMap<FunctionDef, ReadonlySet<string>>();

/** Marks the relations of a row that the class of its queryset has filled. */
export function markFilled(interpreter: Interpreter, { declaration }: Queryset, row: Instance): void {
  const symbol = declaration?.querysetClass;
  for (const method of symbol ? fetching : []) {
    const member = symbol && interpreter.program.lookupMember(symbol, method);
    if (member?.kind !== "found" || member.symbol.kind !== "function") continue;
    const { module, node } = member.symbol;
    interpreter.visited.add(module.file.path);
    for (const name of remembered(namesFilled, node, () => findNames(node))) {
      if (!row.model.relations.has(name)) continue;
      row.attributes.set(name, unknownVarying(row.varies));
      row.assigned.set(name, row.varies);
    }
  }
}

function findNames(method: FunctionDef): ReadonlySet<string> {
  const names = new Set<string>();
  walk(method, (node) => {
    if (!("kind" in node) || node.kind !== "Assign") return undefined;
    for (const target of node.targets) {
      const name = nameFilled(target);
      if (name !== undefined) names.add(name);
    }
    return undefined;
  });
  return names;
}

/** `row.project = …`, `row._state.fields_cache["project"] = …`, `row.__dict__["name"] = …` */
function nameFilled(target: Expression): string | undefined {
  if (target.kind === "Attribute") return isRow(target.value) ? target.attribute.name : undefined;
  if (target.kind !== "Subscript" || target.value.kind !== "Attribute") return undefined;
  const { attribute, value } = target.value;
  const isState = value.kind === "Attribute" && value.attribute.name === "_state";
  const row = attribute.name === "fields_cache" && isState ? value.value : value;
  const isCache = attribute.name === "__dict__" || row !== value;
  return isCache && isRow(row) && target.index.kind === "StringLiteral" ? target.index.value : undefined;
}

function isRow(node: Expression): boolean {
  return node.kind === "Name" && node.name !== "self";
}
