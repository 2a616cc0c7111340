/** What the extension and the page of the plan view say to each other. Plain data. */

/** The plans of one explanation. */
export interface PlanView {
  /** Where the queryset stands: `store/views.py:12`. */
  readonly place: string;
  readonly statements: readonly PlanViewStatement[];
  readonly labels: PlanViewLabels;
}

export interface PlanViewStatement {
  readonly name: string;
  readonly sql: string;
  /** Version of the PostgreSQL that planned. */
  readonly server: string;
  readonly analyzed: boolean;
  /** PostgreSQL's own object. */
  readonly plan: unknown;
  /** The plan as a tree of text. */
  readonly tree: string;
  readonly hotspots: readonly PlanHotspot[];
}

/** A step that makes up much of a plan. */
export interface PlanHotspot {
  readonly node: string;
  /** 0 to 1. */
  readonly share: number;
  readonly message: string;
  readonly rule: { readonly code: string; readonly name: string } | null;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** The page's own words, in the language of the editor. */
export interface PlanViewLabels {
  readonly title: string;
  readonly statement: string;
  /** Before the server's version. */
  readonly measured: string;
  readonly estimated: string;
  readonly hotspots: string;
  readonly goToLine: string;
  readonly openRule: string;
  readonly diagram: string;
  readonly skipDiagram: string;
  /** Names a bar of the diagram. */
  readonly share: string;
  readonly tree: string;
  readonly language: string;
}

export type MessageToPage = { readonly kind: "show"; readonly view: PlanView };

export type MessageToExtension =
  /** The page can show something. */
  | { readonly kind: "ready" }
  | { readonly kind: "goTo"; readonly line: number; readonly column: number }
  | { readonly kind: "openRule"; readonly rule: string };
