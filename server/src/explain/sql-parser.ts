/** The one place that loads PostgreSQL's grammar: late, because it costs a tenth of a second and 2 MB. */

/** One word of a statement. */
export interface SqlToken {
  /** White space before it, as written. */
  readonly before: string;
  readonly text: string;
  readonly kind: "keyword" | "parameter" | "comment" | "other";
}

export type ParsedSql =
  | { readonly kind: "parsed"; readonly statements: readonly unknown[] }
  | { readonly kind: "failed"; readonly message: string };

/** One statement is asked about several times, one after the other: its tables, its columns, its words. */
const latest = 16;

/** The answers to the latest texts. */
function rememberedLatest<Answer>(ask: (sql: string) => Promise<Answer>): (sql: string) => Promise<Answer> {
  const known = new Map<string, Promise<Answer>>();
  return (sql) => {
    const answer = known.get(sql) ?? ask(sql);
    known.delete(sql);
    known.set(sql, answer);
    const [oldest] = known.keys();
    if (known.size > latest && oldest !== undefined) known.delete(oldest);
    return answer;
  };
}

/** The statements of a text, as PostgreSQL's own parse trees. */
export const parseSql = rememberedLatest(parsedBy);

async function parsedBy(sql: string): Promise<ParsedSql> {
  const { parse } = await import("libpg-query");
  try {
    const { stmts } = await parse(sql);
    return { kind: "parsed", statements: (stmts ?? []).map(({ stmt }) => stmt) };
  } catch (error) {
    return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The same for statements that differ in nothing but values and their types: names and structure.
 * Undefined for what PostgreSQL's grammar rejects.
 */
export async function fingerprintSql(sql: string): Promise<string | undefined> {
  const { fingerprint } = await import("libpg-query");
  try {
    return await fingerprint(sql);
  } catch {
    return undefined;
  }
}

/** The words of a text; undefined where PostgreSQL's lexer rejects it, for instance an unfinished string. */
export const scanSql = rememberedLatest(scannedBy);

async function scannedBy(sql: string): Promise<readonly SqlToken[] | undefined> {
  const { scan } = await import("libpg-query");
  let scanned: Awaited<ReturnType<typeof scan>>;
  try {
    scanned = await scan(sql);
  } catch {
    return undefined;
  }
  // Positions count bytes.
  const bytes = Buffer.from(sql);
  let end = 0;
  return scanned.tokens.map((token) => {
    const before = bytes.toString("utf8", end, token.start);
    end = token.end;
    return { before, text: bytes.toString("utf8", token.start, token.end), kind: kindOf(token) };
  });
}

function kindOf({ tokenName, keywordName }: { tokenName: string; keywordName: string }): SqlToken["kind"] {
  if (tokenName === "PARAM") return "parameter";
  if (tokenName === "SQL_COMMENT" || tokenName === "C_COMMENT") return "comment";
  return keywordName === "NO_KEYWORD" ? "other" : "keyword";
}
