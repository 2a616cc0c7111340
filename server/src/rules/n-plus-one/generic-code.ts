/** Code that is written for whatever model a class names: what one of them needs does not belong there. */
import type { OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";

/**
 * The chain begins with an attribute of the object, as in `self.model.objects`, and the class does not say for itself
 * and all that derive from it which model that is.
 */
export function servesOtherModels(
  { project: { program } }: RuleContext,
  site: OriginSite,
  { origin, related }: Queryset,
): boolean {
  if (related || origin.sites[0]?.node !== site.node) return false;
  const attribute = attributeOfSelf(site.node);
  const module = attribute === undefined ? undefined : program.moduleOfFile(site.location.path);
  const method = module && program.functions(module).find(({ id }) => id === site.functionId);
  if (attribute === undefined || !method?.owner) return false;
  const { owner } = method;
  const member = program.lookupMember(owner, attribute);
  const isSaid =
    member.kind === "found" &&
    member.symbol.kind === "variable" &&
    member.symbol.values.every((value) => value.kind !== "ConstantLiteral");
  return !isSaid || program.subclasses(owner).some((subclass) => program.members(subclass).has(attribute));
}

/** `model` of `self.model.objects.filter(…)` */
function attributeOfSelf(node: Expression): string | undefined {
  let current = node;
  for (;;) {
    switch (current.kind) {
      case "Call":
        current = current.function;
        break;
      case "Subscript":
      case "Await":
        current = current.value;
        break;
      case "Attribute":
        if (current.value.kind === "Name" && /^(?:self|cls)$/.test(current.value.name))
          return current.attribute.name;
        current = current.value;
        break;
      default:
        return undefined;
    }
  }
}
