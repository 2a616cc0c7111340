/** Filter backends of Django REST framework: those that come with the libraries give rows no order by themselves. */
import { restFrameworkFilterBackends } from "../../django/project-settings.ts";
import type { ClassSymbol, PythonSymbol } from "../../python/symbols.ts";
import type { RuleContext } from "../rule-context.ts";
import { classAttribute } from "./page-kind.ts";

const plainBackend =
  /^(?:rest_framework\.filters\.(?:SearchFilter|OrderingFilter)|(?:django_filters\.rest_framework|rest_framework_filters)\.(?:\w+\.)*\w*FilterBackend)$/;

/** No backend of the view can order the rows, unless the request or the view's `ordering` asks for it. */
export function keepsOrder({ project: { program, settings } }: RuleContext, view: ClassSymbol): boolean {
  const isPlain = (symbol: PythonSymbol): boolean =>
    symbol.kind === "external" && plainBackend.test(symbol.name);
  const declared = classAttribute(program, view, "filter_backends");
  if (!declared) {
    const { complete, names } = restFrameworkFilterBackends(settings);
    return complete && names.every((name) => isPlain(program.resolveDottedName(name)));
  }
  const member = program.lookupMember(view, "filter_backends");
  const isList = declared.kind === "ListLiteral" || declared.kind === "TupleLiteral";
  if (member.kind !== "found" || !isList) return false;
  return declared.elements.every((element) =>
    isPlain(program.resolveExpression(member.owner.module, element, member.owner)),
  );
}

/** `OrderingFilter` is among the backends of the view: it orders by the view's `ordering`, where the request names none. */
export function ordersByAttribute(
  { project: { program, settings } }: RuleContext,
  view: ClassSymbol,
): boolean {
  const orders = (symbol: PythonSymbol): boolean =>
    symbol.kind === "external" && symbol.name === "rest_framework.filters.OrderingFilter";
  const declared = classAttribute(program, view, "filter_backends");
  const member = program.lookupMember(view, "filter_backends");
  if (!declared || member.kind !== "found") {
    return restFrameworkFilterBackends(settings).names.some((name) =>
      orders(program.resolveDottedName(name)),
    );
  }
  return (
    (declared.kind === "ListLiteral" || declared.kind === "TupleLiteral") &&
    declared.elements.some((element) =>
      orders(program.resolveExpression(member.owner.module, element, member.owner)),
    )
  );
}
