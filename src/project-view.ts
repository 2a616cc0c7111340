import {
  type CancellationToken,
  CancellationTokenSource,
  commands,
  type Disposable,
  EventEmitter,
  l10n,
  Range,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  Uri,
  window,
} from "vscode";
import type { ProjectOverview } from "./project-overview.ts";
import { type ProjectNode, projectTree } from "./project-tree.ts";

/** The server, as far as this view needs it. */
export interface OverviewServer {
  readonly isStarted: boolean;
  /** @returns undefined when it was cancelled */
  projectOverview(endpoints: boolean, token: CancellationToken): Promise<ProjectOverview | undefined>;
}

/**
 * The view *Project*: endpoints by their queries, findings by rule and by stage, the baseline. It asks the server when
 * it is visible, and for what endpoints cost only when that is wanted.
 */
export class ProjectView implements TreeDataProvider<ProjectNode>, Disposable {
  readonly #server: OverviewServer;
  readonly #view: TreeView<ProjectNode>;
  readonly #changed = new EventEmitter<ProjectNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #overview: ProjectOverview | undefined;
  #running: CancellationTokenSource | undefined;
  /** The last question to the server. */
  #asking: Promise<void> = Promise.resolve();
  /** The node that was opened and has no children yet. */
  #opening: string | undefined;
  #isStale = true;
  #wantsEndpoints = false;
  #filter = "";

  constructor(server: OverviewServer) {
    this.#server = server;
    this.#view = window.createTreeView("queryscope.project", {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.#view.onDidChangeVisibility(() => this.#update());
  }

  dispose(): void {
    this.#running?.cancel();
    this.#view.dispose();
    this.#changed.dispose();
  }

  /** What is shown may be out of date. */
  refresh(): void {
    this.#isStale = true;
    this.#update();
  }

  get filter(): string {
    return this.#filter;
  }

  async setFilter(filter: string): Promise<void> {
    this.#filter = filter;
    this.#view.message = filter === "" ? "" : l10n.t("Only what contains “{0}”", filter);
    await commands.executeCommand("setContext", "queryscope.isFiltered", filter !== "");
    this.#changed.fire(undefined);
  }

  getChildren(node?: ProjectNode): ProjectNode[] | Promise<ProjectNode[]> {
    if (node === undefined) {
      if (this.#overview === undefined) this.#update();
      return this.#overview === undefined ? [] : [...projectTree(this.#overview, this.#filter)];
    }
    if (node.children !== "asked for") return [...(node.children ?? [])];
    return this.#askForChildren(node);
  }

  /** Only nodes of the first level are revealed. */
  getParent(): undefined {
    return undefined;
  }

  /** A node that had none for a moment would be closed again. */
  async #askForChildren({ id }: ProjectNode): Promise<ProjectNode[]> {
    this.#wantsEndpoints = true;
    this.#opening = id;
    this.refresh();
    let asked: Promise<void>;
    do {
      asked = this.#asking;
      await asked;
    } while (asked !== this.#asking);
    const children = this.#nodeOfFirstLevel(id)?.children;
    return children === "asked for" ? [] : [...(children ?? [])];
  }

  getTreeItem({ id, label, description, tooltip, icon, context, children, place }: ProjectNode): TreeItem {
    const item = new TreeItem(label);
    item.id = id;
    item.description = description;
    item.iconPath = new ThemeIcon(icon);
    item.contextValue = context;
    if (tooltip !== undefined) item.tooltip = `${label}\n${tooltip}`;
    if (children !== undefined) item.collapsibleState = TreeItemCollapsibleState.Collapsed;
    if (place !== undefined) {
      const { start, end } = place.range;
      const selection = new Range(start.line, start.character, end.line, end.character);
      const arguments_ = [Uri.parse(place.uri), { selection, preview: true }];
      item.command = { command: "vscode.open", title: l10n.t("Open"), arguments: arguments_ };
    }
    return item;
  }

  #update(): void {
    if (!this.#view.visible || !this.#isStale || !this.#server.isStarted) return;
    this.#isStale = false;
    this.#asking = this.#ask();
  }

  /** Asks the server; an answer that a later question overtook is dropped. */
  async #ask(): Promise<void> {
    this.#running?.cancel();
    const source = new CancellationTokenSource();
    this.#running = source;
    const ask = this.#server.projectOverview(this.#wantsEndpoints, source.token);
    const overview = await window.withProgress({ location: { viewId: "queryscope.project" } }, () => ask);
    if (source.token.isCancellationRequested || overview === undefined) return;
    this.#overview = overview;
    this.#showBadge(overview);
    // Drawing everything anew forgets nodes whose children are being asked for: those come first.
    setImmediate(() => this.#redraw());
  }

  /** An earlier drawing may have overtaken a node that was opened, which has closed it. */
  #redraw(): void {
    this.#changed.fire(undefined);
    const opened = this.#opening === undefined ? undefined : this.#nodeOfFirstLevel(this.#opening);
    if (opened === undefined || opened.children === "asked for" || !this.#view.visible) return;
    this.#opening = undefined;
    void this.#view.reveal(opened, { expand: true, select: false, focus: false });
  }

  #nodeOfFirstLevel(id: string): ProjectNode | undefined {
    return this.#overview && projectTree(this.#overview, this.#filter).find((node) => node.id === id);
  }

  #showBadge({ findings }: ProjectOverview): void {
    const value = findings.filter(({ level }) => level !== "hint").length;
    this.#view.badge = { value, tooltip: value === 1 ? l10n.t("1 finding") : l10n.t("{0} findings", value) };
  }
}
