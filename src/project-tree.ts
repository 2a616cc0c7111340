/** The nodes of the view of the project, without VS Code's interface. */
import { l10n } from "vscode";
import type { OverviewEndpoint, OverviewFinding, Place, ProjectOverview } from "./project-overview.ts";

export interface ProjectNode {
  /** Unique in the tree, and the same after the next analysis. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip?: string;
  /** Of VS Code's icons. */
  readonly icon: string;
  /** By which menus know it. */
  readonly context: "group" | "endpoint" | "findings" | "finding" | "known" | "knownFinding";
  /** Undefined for a leaf; `"asked for"` where they are fetched when the node is opened. */
  readonly children?: readonly ProjectNode[] | "asked for";
  /** Where a leaf leads. */
  readonly place?: Place;
  /** The findings below the node. */
  readonly findings: readonly OverviewFinding[];
}

/** @param filter only what contains this text, in whatever case; empty for everything */
export function projectTree(overview: ProjectOverview, filter: string): readonly ProjectNode[] {
  const findings = overview.findings.filter((finding) => matches(filter, textsOf(finding)));
  const known = overview.known.filter((finding) => matches(filter, textsOf(finding)));
  return [
    endpointsNode(overview.endpoints, filter),
    group("rules", l10n.t("Findings by Rule"), "list-tree", findings, byRule(findings)),
    group("stages", l10n.t("Findings by Stage"), "milestone", findings, byStage(findings)),
    ...(known.length === 0 ? [] : [knownNode(known)]),
  ];
}

function endpointsNode(endpoints: ProjectOverview["endpoints"], filter: string): ProjectNode {
  const node = { id: "endpoints", label: l10n.t("Endpoints by Queries"), icon: "globe" };
  const common = { ...node, context: "group", findings: [] } as const;
  if (endpoints === null) return { ...common, description: "", children: "asked for" };
  const shown = endpoints.filter(({ symbol, kind, uri }) => matches(filter, [symbol, kind, uri]));
  return { ...common, description: String(shown.length), children: shown.map(endpointNode) };
}

const endpointIcons: Readonly<Record<OverviewEndpoint["kind"], string>> = {
  view: "browser",
  api: "json",
  admin: "tools",
  task: "watch",
  command: "terminal",
};

function endpointNode(endpoint: OverviewEndpoint): ProjectNode {
  const { kind, symbol, queries, complete, findings } = endpoint;
  const cost = queries === "1" ? l10n.t("1 query") : l10n.t("{0} queries", queries);
  const found =
    findings === 0 ? [] : [findings === 1 ? l10n.t("1 finding") : l10n.t("{0} findings", findings)];
  const { name, module } = namesOf(kind, symbol);
  return {
    id: `endpoint ${symbol} ${endpoint.uri}`,
    label: name,
    // What it costs first: a narrow side bar cuts the rest off.
    description: [complete ? cost : l10n.t("at least {0}", cost), ...found, module].join(" · "),
    tooltip: symbol,
    icon: endpointIcons[kind],
    context: "endpoint",
    place: endpoint,
    findings: [],
  };
}

/** `ProjectViewSet.list` and `api.views`; a command is called by its module. */
function namesOf(
  kind: OverviewEndpoint["kind"],
  symbol: string,
): { readonly name: string; readonly module: string } {
  const parts = symbol.split(".");
  const ofClass = parts.findIndex((part) => /^[A-Z]/.test(part));
  const outer = ofClass < 0 ? parts.length - 1 : ofClass;
  const [start, end] = kind === "command" && outer > 0 ? [outer - 1, outer] : [outer, parts.length];
  return { name: parts.slice(start, end).join("."), module: parts.slice(0, start).join(".") };
}

function byRule(findings: readonly OverviewFinding[]): readonly ProjectNode[] {
  return grouped(findings, ({ code }) => code).map(([code, ofRule]) =>
    group(`rule ${code}`, `${code} ${ofRule[0]?.rule ?? ""}`, "symbol-ruler", ofRule, leaves("rule", ofRule)),
  );
}

function byStage(findings: readonly OverviewFinding[]): readonly ProjectNode[] {
  return grouped(findings, ({ stage }) => String(stage)).map(([stage, ofStage]) => {
    const title = l10n.t("Stage {0}: {1}", stage, stageTitles()[Number(stage)] ?? "");
    return group(`stage ${stage}`, title, "layers", ofStage, leaves("stage", ofStage));
  });
}

/** Of the scaling roadmap. */
function stageTitles(): Readonly<Record<number, string>> {
  return {
    1: l10n.t("MVP launch"),
    2: l10n.t("first optimisation sprint"),
    3: l10n.t("infrastructure scaling"),
    4: l10n.t("horizontal scaling"),
  };
}

function knownNode(known: readonly OverviewFinding[]): ProjectNode {
  return {
    ...group("known", l10n.t("Baseline"), "archive", known, leaves("known", known)),
    context: "known",
  };
}

function group(
  id: string,
  label: string,
  icon: string,
  findings: readonly OverviewFinding[],
  children: readonly ProjectNode[],
): ProjectNode {
  return { id, label, icon, description: String(findings.length), context: "findings", findings, children };
}

const levelIcons: Readonly<Record<OverviewFinding["level"], string>> = {
  error: "error",
  warning: "warning",
  info: "info",
  hint: "lightbulb",
};

/** @param parent tells the places of the tree apart at which a finding is shown */
function leaves(parent: string, findings: readonly OverviewFinding[]): readonly ProjectNode[] {
  return findings.map((finding) => {
    const { fingerprint, code, message, symbol, level, uri, range } = finding;
    return {
      id: `${parent} ${fingerprint} ${uri}`,
      label: message,
      description: `${decodeURIComponent(uri.slice(uri.lastIndexOf("/") + 1))}:${range.start.line + 1}`,
      tooltip: `${code} · ${symbol}`,
      icon: levelIcons[level],
      context: parent === "known" ? "knownFinding" : "finding",
      place: finding,
      findings: [finding],
    };
  });
}

function textsOf({ code, rule, message, symbol, uri }: OverviewFinding): readonly string[] {
  return [code, rule, message, symbol, uri];
}

function matches(filter: string, texts: readonly string[]): boolean {
  const wanted = filter.trim().toLowerCase();
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

/** In order of the keys. */
function grouped(
  findings: readonly OverviewFinding[],
  keyOf: (finding: OverviewFinding) => string,
): readonly (readonly [string, readonly OverviewFinding[]])[] {
  const groups = new Map<string, OverviewFinding[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups].sort(([first], [second]) => (first < second ? -1 : 1));
}
