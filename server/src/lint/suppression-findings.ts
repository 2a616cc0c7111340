import type { Location } from "../base/text-range.ts";
import type { Analysis } from "../program/workspace.ts";
import type { FileEdit, Finding, Fix } from "../rules/finding.ts";
import type { RuleMetadata } from "../rules/rule.ts";
import { firstCharacter, widen } from "./logical-lines.ts";
import { describeUnknownSelector, isKnownSelector, matchesSelector } from "./selection.ts";
import type { Directive, LocatedSelector, Suppression } from "./suppression-comments.ts";
import { invalidSuppression, unknownRuleInSuppression, unusedSuppression } from "./suppression-rules.ts";
import { type Suppressions, treeOf } from "./suppressions.ts";

export interface SuppressionChecks {
  readonly rules: readonly RuleMetadata[];
  /** Whether a rule reports at this place: suppressing one that does not is not useless. */
  reports(rule: RuleMetadata, location: Location): boolean;
}

/**
 * Comments that suppress nothing, name unknown rules or cannot be understood. To be asked last, when it is known which
 * comments were used.
 */
export function suppressionFindings(
  analysis: Analysis,
  suppressions: Suppressions,
  checks: SuppressionChecks,
): readonly Finding[] {
  const limited = new Set(analysis.problems.map(({ path }) => path));
  return [...suppressions.directivesByPath]
    .flatMap(([path, directives]) => {
      // While a file is half typed, or analysed in part only, findings are missing that its comments suppress.
      const complete = treeOf(analysis, path)?.errors.length === 0 && !limited.has(path);
      return directives.flatMap((directive) => [
        ...mistakes(directive, path, checks.rules),
        ...(complete ? uselessness(directive, path, analysis.text(path) ?? "", suppressions, checks) : []),
      ]);
    })
    .map((report) => toFinding(report, symbolAt(analysis, report.location)));
}

interface Report {
  readonly rule: RuleMetadata;
  readonly location: Location;
  readonly message: string;
  readonly help: string;
  readonly fixes: readonly Fix[];
}

function mistakes(directive: Directive, path: string, rules: readonly RuleMetadata[]): readonly Report[] {
  if (directive.kind === "invalid") {
    return [
      {
        rule: invalidSuppression,
        location: { path, range: directive.range },
        message: `This comment has no effect: ${directive.reason}.`,
        help: "Name the rules in brackets: `# queryscope: ignore[QS101]: reason`.",
        fixes: [],
      },
    ];
  }
  return directive.selectors
    .filter(({ text }) => !isKnownSelector(text, rules))
    .map(({ text, range }) => ({
      rule: unknownRuleInSuppression,
      location: { path, range },
      message: `This comment suppresses nothing: ${describeUnknownSelector(text, rules)}`,
      help: "Write a code, the beginning of codes, or a rule's name.",
      fixes: [],
    }));
}

function uselessness(
  directive: Directive,
  path: string,
  text: string,
  suppressions: Suppressions,
  checks: SuppressionChecks,
): readonly Report[] {
  if (directive.kind === "invalid") return [];
  const { selectors } = directive;
  const unused = selectors.filter(
    (selector) => !suppressions.isUsed(selector) && canBeJudged(selector, path, checks),
  );
  const [first] = unused;
  if (first === undefined) return [];
  const whole = unused.length === selectors.length;
  const names = unused.map((selector) => `\`${selector.text}\``).join(" and ");
  const place = directive.scope === "file" ? "in this file" : "here";
  return [
    {
      rule: unusedSuppression,
      location: { path, range: whole ? directive.range : first.range },
      message: `Nothing ${place} is suppressed by ${names}.`,
      help: whole ? "Remove the comment." : `Remove ${names} from the comment.`,
      fixes: removalFixes(
        path,
        text,
        directive,
        whole ? [] : selectors.filter((one) => !unused.includes(one)),
      ),
    },
  ];
}

/** Only where every rule it stands for reports in the file, and where there is such a rule. Rules about comments are not judged. */
function canBeJudged(
  { text, range }: LocatedSelector,
  path: string,
  { rules, reports }: SuppressionChecks,
): boolean {
  const meant = rules.filter((rule) => matchesSelector(text, rule));
  return (
    meant.length > 0 && meant.every((rule) => !rule.code.startsWith("QS0") && reports(rule, { path, range }))
  );
}

function removalFixes(
  path: string,
  text: string,
  suppression: Suppression,
  kept: readonly LocatedSelector[],
): readonly Fix[] {
  if (!suppression.comment.text.startsWith("#")) return [];
  const edit: FileEdit =
    kept.length > 0
      ? { path, range: suppression.selectorsRange, newText: kept.map((selector) => selector.text).join(", ") }
      : { path, range: removedRange(text, suppression), newText: "" };
  const title = kept.length > 0 ? "Remove what suppresses nothing" : "Remove the suppression comment";
  return [{ title, safety: "safe", preferred: true, edits: [edit] }];
}

/** What goes with the directive: its whole line, the space before the comment, or the `#` that set it apart. */
function removedRange(text: string, { comment, range }: Suppression): Location["range"] {
  const before = text.slice(comment.start, range.start);
  const after = text.slice(range.end, comment.end);
  if (!/^#\s*$/.test(before)) {
    return { start: range.start - (/\s+#\s*$/.exec(before)?.[0].length ?? 0), end: range.end };
  }
  if (after.trim() !== "") {
    return { start: range.start, end: range.end + (/^\s*#\s*/.exec(after)?.[0].length ?? 0) };
  }
  const line = widen(text, comment);
  const code = text.slice(line.start, comment.start).trimEnd();
  if (code !== "") return { start: line.start + code.length, end: comment.end };
  return {
    start: line.start,
    end: line.end + (/^(\r\n?|\n)/.exec(text.slice(line.end, line.end + 2))?.[0].length ?? 0),
  };
}

function toFinding({ rule, location, message, help, fixes }: Report, symbol: string): Finding {
  return {
    code: rule.code,
    rule: rule.name,
    remedy: "suppression",
    level: rule.level,
    confidence: "certain",
    message,
    help,
    location,
    symbol,
    model: undefined,
    relationPaths: [],
    fields: [],
    origin: location,
    accesses: [],
    evidence: [],
    queries: undefined,
    stage: rule.stage,
    fixes,
  };
}

/** Dotted name of the innermost function or class that the comment's line belongs to, else of its module. */
function symbolAt(analysis: Analysis, { path, range }: Location): string {
  const start = firstCharacter(analysis.text(path) ?? "", widen(analysis.text(path) ?? "", range));
  for (const { program } of analysis.projects) {
    const module = program.moduleOfFile(path);
    if (module === undefined) continue;
    const [innermost] = [...program.classes(module), ...program.functions(module)]
      .filter(({ node }) => node.start <= start && start <= node.end)
      .sort((first, second) => second.node.start - first.node.start);
    return innermost === undefined ? module.name : `${module.name}.${innermost.qualifiedName}`;
  }
  return path;
}
