import {
  commands,
  type ExtensionContext,
  l10n,
  type Memento,
  type QuickPickItem,
  type Uri,
  window,
  workspace,
} from "vscode";
import { Passwords } from "./passwords.ts";

/** An entry of the setting `queryscope.explain.connections`. Holds no password. */
export interface ConnectionProfile {
  readonly name: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly sslMode?: string;
  readonly sslRootCertificate?: string;
  /** Plans of the embedded PostgreSQL, with this database's statistics. */
  readonly copyStatistics?: boolean;
}

/** What a choice of connection says: a profile, a plan without a database, or the SQL alone. */
export type ConnectionChoice =
  | { readonly kind: "profile"; readonly profile: ConnectionProfile }
  | { readonly kind: "embedded" }
  | { readonly kind: "sqlOnly" };

const chosenKey = "queryscope.explain.connection";
/** No name of a connection: what is remembered for a plan without one. */
const embeddedName = "\u0000embedded";

/** The connections of the settings, which of them is in use, and their passwords. */
export class ConnectionProfiles {
  readonly #passwords: Passwords;
  readonly #workspaceState: Memento;

  constructor(context: ExtensionContext) {
    this.#passwords = new Passwords(context);
    this.#workspaceState = context.workspaceState;
  }

  /**
   * The connection in use. Where the settings have some, it is asked for the first time, and when it is gone from them;
   * without any, plans need no database.
   */
  async current(resource: Uri): Promise<ConnectionChoice | undefined> {
    const name = this.#workspaceState.get<string>(chosenKey);
    if (name === "") return { kind: "sqlOnly" };
    const profiles = profilesOf(resource);
    if (name === embeddedName || (name === undefined && profiles.length === 0)) return { kind: "embedded" };
    const profile = profiles.find((candidate) => candidate.name === name);
    return profile === undefined ? this.choose(resource) : { kind: "profile", profile };
  }

  /** @returns undefined when the user chose nothing */
  async choose(resource: Uri | undefined): Promise<ConnectionChoice | undefined> {
    const profiles = profilesOf(resource).map((profile) => ({
      label: profile.name,
      description: placeOf(profile),
      profile,
    }));
    const embedded: QuickPickItem = {
      label: l10n.t("No database"),
      description: l10n.t("a plan of the embedded PostgreSQL, for tables of assumed sizes"),
    };
    const sqlOnly: QuickPickItem = { label: l10n.t("SQL only"), description: l10n.t("without a plan") };
    const add: QuickPickItem = {
      label: l10n.t("Add a connection…"),
      description: "queryscope.explain.connections",
    };
    const picked = await window.showQuickPick<QuickPickItem & { profile?: ConnectionProfile }>(
      [...profiles, embedded, sqlOnly, add],
      { title: l10n.t("Which database shall plan the query?") },
    );
    if (picked === undefined) return undefined;
    if (picked === add) {
      await commands.executeCommand("workbench.action.openSettings", "queryscope.explain.connections");
      return undefined;
    }
    const name = picked === embedded ? embeddedName : (picked.profile?.name ?? "");
    await this.#workspaceState.update(chosenKey, name);
    if (picked.profile !== undefined) return { kind: "profile", profile: picked.profile };
    return { kind: picked === embedded ? "embedded" : "sqlOnly" };
  }

  async password(profile: ConnectionProfile): Promise<string | undefined> {
    return this.#passwords.get(secretKeyOf(profile));
  }

  async keepPassword(profile: ConnectionProfile, password: string): Promise<void> {
    await this.#passwords.keep(secretKeyOf(profile), password);
  }

  async forgetPassword(profile: ConnectionProfile): Promise<void> {
    await this.#passwords.forget(secretKeyOf(profile));
  }

  async forgetPasswords(): Promise<void> {
    await this.#passwords.forgetAll();
  }
}

/** `shop at db.example.com:5432`, for the user to recognise. */
export function placeOf({ host = "localhost", port = 5432, database = "" }: ConnectionProfile): string {
  return l10n.t("{0} at {1}:{2}", database, host, port);
}

export function profilesOf(resource: Uri | undefined): readonly ConnectionProfile[] {
  const configured = workspace.getConfiguration("queryscope", resource).get<unknown>("explain.connections");
  return Array.isArray(configured) ? configured.filter(isProfile) : [];
}

function isProfile(value: unknown): value is ConnectionProfile {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}

/** By place and user, not by name: settings of a workspace can give a name to another server. */
export function secretKeyOf({
  host = "localhost",
  port = 5432,
  database = "",
  user = "",
}: ConnectionProfile): string {
  return `queryscope.password:${JSON.stringify([host, port, database, user])}`;
}
