/** Configurations of nginx, as far as they concern static files: blocks of directives. */
import type { DeployedFile } from "./deployed-file.ts";
import type { WebServer, WebServerLocation } from "./deployment.ts";

interface Directive {
  readonly words: readonly string[];
  readonly start: number;
  readonly end: number;
  /** Undefined for a directive that ends in a semicolon. */
  readonly block: readonly Directive[] | undefined;
}

/** Words, quoted texts, comments, braces and semicolons. */
const token = /#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\$\{[^}]*\}|[{};]|[^\s{};"']+/g;

const maximumDepth = 20;

export function readNginx(file: DeployedFile): WebServer | undefined {
  const directives = all(parseDirectives(file.text));
  const locations = directives.flatMap((directive) => locationOf(file, directive) ?? []);
  if (locations.length === 0) return undefined;
  const compresses = directives.some(
    ({ words: [name, value] }) => /^(gzip|brotli|gzip_static|zstd)$/.test(name ?? "") && value !== "off",
  );
  const isWhole = directives.some(({ words: [name] }) => name === "http");
  return { path: file.path, purpose: file.purpose, locations, compresses, isWhole };
}

function locationOf(
  file: DeployedFile,
  { words, start, end, block }: Directive,
): WebServerLocation | undefined {
  if (words[0] !== "location" || !block) return undefined;
  const names = all(block).map((directive) => directive.words[0] ?? "");
  const has = (...wanted: readonly string[]): boolean => names.some((name) => wanted.includes(name));
  const setsHeader = all(block).some(
    (directive) => directive.words[0] === "add_header" && /^cache-control$/i.test(directive.words[1] ?? ""),
  );
  return {
    prefix: words.at(-1) ?? "",
    location: { path: file.path, range: { start, end } },
    servesFiles: has("alias", "root", "try_files") && !has("proxy_pass", "uwsgi_pass"),
    isProxied: has("proxy_pass", "uwsgi_pass", "grpc_pass"),
    setsExpiry: has("expires") || setsHeader,
    isInternal: has("internal"),
  };
}

function all(directives: readonly Directive[]): readonly Directive[] {
  return directives.flatMap((directive) => [directive, ...(directive.block ? all(directive.block) : [])]);
}

function parseDirectives(text: string): readonly Directive[] {
  const tokens = [...text.matchAll(token)].filter(([word]) => !word.startsWith("#"));
  let index = 0;
  const block = (depth: number): readonly Directive[] => {
    const directives: Directive[] = [];
    let words: string[] = [];
    let start = 0;
    while (index < tokens.length) {
      const match = tokens[index];
      index += 1;
      if (!match) break;
      const [word] = match;
      const end = match.index + word.length;
      if (word === "}") break;
      if (word === ";" || word === "{") {
        const inner = word === "{" ? (depth < maximumDepth ? block(depth + 1) : []) : undefined;
        const last = tokens[index - 1];
        directives.push({
          words,
          start,
          end: word === "{" ? match.index : (last?.index ?? end),
          block: inner,
        });
        words = [];
        continue;
      }
      if (words.length === 0) start = match.index;
      words.push(word.replace(/^(["'])(.*)\1$/s, "$2"));
    }
    return directives;
  };
  const found: Directive[] = [];
  // A brace too many ends a block that is none: what follows is read all the same.
  while (index < tokens.length) found.push(...block(0));
  return found;
}
