/** The fix that sends all messages of a loop over one connection to the mail server. */

import { atLeast } from "../../django/version.ts";
import { importName } from "../../edits/imports.ts";
import { addKeywordArgument } from "../../edits/keyword-argument.ts";
import { indentationAt, indentLines, startsLine } from "../../edits/statement-lines.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { BlockingCall, Loop } from "../../interpret/facts.ts";
import type { Call, For, Keyword } from "../../syntax/ast.ts";
import type { Fix } from "../finding.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround, namesIn, statementsAround } from "../writes/syntax-queries.ts";

/** None where the message is made elsewhere, where a round handles errors of its own, and where Django 6.1 deprecates it. */
export function connectionFixes(
  context: RuleContext,
  fact: BlockingCall,
  { statement, depth }: Loop,
  preferred: boolean,
): readonly Fix[] {
  const { node, location, inCoroutine } = fact;
  const module = context.project.program.moduleOfFile(location.path);
  if (!module || statement.kind !== "For" || depth !== fact.calls.length || inCoroutine) return [];
  if (atLeast(context.django, 6, 1) || statement.async) return [];
  const { file } = module;
  const call = callThatTakesConnection(fact);
  const scope = functionAround(file.tree, statement);
  const isGuarded = statementsAround(statement.body, node).some(
    ({ kind }) => kind === "Try" || kind === "With",
  );
  const silence = silenceOf(node, statement);
  if (!call || !scope || isGuarded || silence === "varies" || !startsLine(file.text, statement.start))
    return [];
  if (namesIn(scope).has("connection") || namesIn(file.tree).has("connection")) return [];
  const opener = importName(file, "django.core.mail", "get_connection");
  if (!opener) return [];
  const { text } = file;
  const indentation = indentationAt(text, statement.start);
  const given = silence ? text.slice(silence.start, silence.end) : "";
  const header = `with ${opener.expression}(${given}) as connection:\n${indentation}    `;
  const moved: readonly TextEdit[] = [
    { range: { start: statement.start, end: statement.start }, newText: header },
    ...indentLines(text, statement, "    "),
    // Who is given a connection goes by what that was opened with.
    ...(silence && call === node
      ? [{ range: silence, newText: "connection=connection" }]
      : [addKeywordArgument(text, call, "connection=connection")]),
  ];
  return [
    {
      title: "Send all messages over one connection (an error of one message ends it for all)",
      safety: "unsafe",
      preferred,
      edits: [...opener.edits, ...moved].map((edit) => ({ path: location.path, ...edit })),
    },
  ];
}

/**
 * `fail_silently=…` of the call, which `send_mail()` hands to a connection that it opens itself. `varies`: it is given by
 * position or in each round anew, or there are other things to open a connection with.
 */
function silenceOf({ arguments: positional, keywords }: Call, loop: For): Keyword | "varies" | undefined {
  // `send_mail(subject, message, from_email, recipient_list, fail_silently, …)`
  if (positional.length > 4 || keywords.some(({ name }) => /^auth_/.test(name?.name ?? ""))) return "varies";
  const keyword = keywords.find(({ name }) => name?.name === "fail_silently");
  const bound = namesIn(loop);
  return keyword &&
    keyword.value.kind !== "ConstantLiteral" &&
    [...namesIn(keyword.value)].some((name) => bound.has(name))
    ? "varies"
    : keyword;
}

/** `send_mail(…)`, `user.email_user(…)`, and the call that makes the message of `EmailMessage(…).send()`. */
function callThatTakesConnection({ node, library }: BlockingCall): Call | undefined {
  if (/\.(?:send_mail|email_user)$/.test(library)) return node;
  const holder = node.function.kind === "Attribute" ? node.function.value : undefined;
  return library === "django.core.mail.EmailMessage().send" && holder?.kind === "Call" ? holder : undefined;
}
