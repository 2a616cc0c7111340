import type { ConnectionProfile } from "./connection-profile.ts";

const hidden = "***";

/** Text in which nothing secret is left: for messages and logs. */
export type Redact = (text: string) => string;

/**
 * Hides the connection's host, user and password, every URL with credentials, and literals of SQL.
 * @param secrets more texts to hide, parameters of the query for instance
 */
export function redactorFor(
  profile: ConnectionProfile | undefined,
  password: string | undefined,
  secrets: readonly string[] = [],
): Redact {
  const names = profile === undefined ? [] : [profile.host, profile.user];
  const literal = [...secrets, ...(password === undefined ? [] : [password, encodeURIComponent(password)])];
  return (text) => {
    let result = text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'@/]*@[^\s"'/]*/gi, `$1${hidden}`);
    for (const secret of literal.filter(({ length }) => length > 0))
      result = result.replaceAll(secret, hidden);
    for (const name of names.filter(({ length }) => length > 0))
      result = result.replace(wholeWord(name), hidden);
    return hideLiterals(result);
  };
}

/** String and number literals of SQL: `'…'`, `E'…'`, `$tag$…$tag$`. Identifiers stay. */
function hideLiterals(text: string): string {
  return text.replace(/'(?:[^']|'')*'/g, `'${hidden}'`).replace(/(\$\w*\$).*?\1/gs, `$1${hidden}$1`);
}

function wholeWord(word: string): RegExp {
  const escaped = word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  return new RegExp(`(?<![\\w.-])${escaped}(?![\\w-])`, "g");
}
