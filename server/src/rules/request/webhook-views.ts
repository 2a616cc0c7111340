/** Views that other systems call to say that something has happened. */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import type { Expression } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { callsLibrary } from "../calls-library.ts";

export interface WebhookView {
  readonly view: FunctionSymbol;
  /** It checks who has signed what was sent; otherwise only its name tells. */
  readonly verifies: boolean;
}

const known = new AnswersOf<PythonProgram, readonly WebhookView[]>();

export function webhookViews(program: PythonProgram): readonly WebhookView[] {
  return remembered(known, program, () => findViews(program));
}

const hint = /hook|callback|ipn|construct_event|compare_digest/i;

function findViews(program: PythonProgram): readonly WebhookView[] {
  return program.modules
    .filter(({ firstParty, file }) => firstParty && mentions(file, hint))
    .flatMap((module) => program.functions(module))
    .flatMap((view) => {
      if (!takesPost(view)) return [];
      const verifies = callsLibrary(program, view.module, view.node, verifying);
      return verifies || (isNamedSo(view) && isOpenToOthers(program, view)) ? [{ view, verifies }] : [];
    });
}

function takesPost({ node, owner, name }: FunctionSymbol): boolean {
  const [first, second] = node.parameters;
  return owner ? name === "post" && second?.name === "request" : first?.name === "request";
}

/** A sign-in that comes back from elsewhere has to be completed at once. */
const signIn = /oauth|oidc|sso|saml|login|auth/i;

function isNamedSo({ qualifiedName }: FunctionSymbol): boolean {
  return (
    /[hH]ook(?:s?(?![a-z])|s?View)|[cC]allback|(?:^|_)ipn(?:_|\.|$)/.test(qualifiedName) &&
    !signIn.test(qualifiedName)
  );
}

/** Django does not ask whether the request comes from a page of its own. */
function isOpenToOthers(program: PythonProgram, { node, owner, module }: FunctionSymbol): boolean {
  const isExempt = (decorator: Expression): boolean => {
    const callee = decorator.kind === "Call" ? decorator.function : decorator;
    const symbol = program.resolveExpression(module, callee);
    if (symbol.kind !== "external") return false;
    if (symbol.name === "django.views.decorators.csrf.csrf_exempt") return true;
    const given = decorator.kind === "Call" ? decorator.arguments[0] : undefined;
    return (
      symbol.name === "django.utils.decorators.method_decorator" && given !== undefined && isExempt(given)
    );
  };
  if (node.decorators.some(isExempt)) return true;
  if (!owner) return false;
  const isOfRestFramework = program
    .mro(owner)
    .some(
      (base) => base.kind === "external" && /^rest_framework\.(?:views|generics|viewsets)\./.test(base.name),
    );
  const dispatch = program.members(owner).get("dispatch");
  return (
    isOfRestFramework ||
    owner.node.decorators.some(isExempt) ||
    (dispatch?.kind === "function" && dispatch.node.decorators.some(isExempt))
  );
}

const verifying =
  /^(?:hmac\.compare_digest|stripe\.Webhook\.construct_event|stripe\.WebhookSignature\.verify_header|svix\.(?:webhooks\.)?Webhook)$/;
