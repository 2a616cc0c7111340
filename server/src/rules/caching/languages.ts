import { middleware } from "../../django/project-settings.ts";
import type { RuleContext } from "../rule-context.ts";

/** Requests are answered in several languages. */
export function hasLanguages({ project: { settings } }: Pick<RuleContext, "project">): boolean {
  return middleware(settings).names.some((name) => name.endsWith(".LocaleMiddleware"));
}
