/** A command of the server: opens the page of the rule whose name is its argument. */
export const openRulePageCommand = "queryscope.server.openRulePage";

/** Where the page of a rule is read on the web. */
export function rulePage(rule: string): string {
  return `https://github.com/queryscope/queryscope/blob/main/docs/rules/${rule}.md`;
}
