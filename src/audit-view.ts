import {
  type Disposable,
  EventEmitter,
  Position,
  Range,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
} from "vscode";
import type { AuditReport } from "./audit-report.ts";
import { type AuditNode, auditTree } from "./audit-tree.ts";

/** The view *Scaling*: the tasks of the last report by stage. */
export class AuditView implements TreeDataProvider<AuditNode>, Disposable {
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #registration: Disposable;
  #shown: { readonly folder: Uri; readonly nodes: readonly AuditNode[] } | undefined;

  constructor() {
    this.#registration = window.registerTreeDataProvider("queryscope.stages", this);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  show(report: AuditReport, folder: Uri): void {
    this.#shown = { folder, nodes: auditTree(report) };
    this.#changed.fire();
  }

  getChildren(node?: AuditNode): AuditNode[] {
    return [...(node ? (node.children ?? []) : (this.#shown?.nodes ?? []))];
  }

  getTreeItem({ id, label, description, tooltip, icon, children, place }: AuditNode): TreeItem {
    const state = children
      ? id.startsWith("stage ")
        ? TreeItemCollapsibleState.Expanded
        : TreeItemCollapsibleState.Collapsed
      : TreeItemCollapsibleState.None;
    const item = new TreeItem(label, state);
    item.id = id;
    item.description = description;
    item.tooltip = tooltip;
    item.iconPath = new ThemeIcon(icon);
    if (place && this.#shown) {
      const start = new Position(place.line - 1, place.column - 1);
      const uri = Uri.joinPath(this.#shown.folder, place.path);
      const selection = new Range(start, start);
      item.command = { command: "vscode.open", title: "", arguments: [uri, { selection }] };
    }
    return item;
  }
}
