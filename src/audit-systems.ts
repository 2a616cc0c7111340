import { type ExtensionContext, l10n, type QuickPickItem, type Uri, window, workspace } from "vscode";
import type { AuditResult } from "./audit-report.ts";
import { type ConnectionProfile, placeOf, profilesOf, secretKeyOf } from "./connection-profiles.ts";
import { askForPassword, Passwords } from "./passwords.ts";

/** An entry of the setting `queryscope.audit.redis`. Holds no password. */
export interface RedisProfile {
  readonly name: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: number;
  readonly user?: string;
  readonly tls?: boolean;
  readonly roles?: readonly string[];
}

type WithPassword<Profile> = Profile & { readonly password?: string };

/** Those arguments of the server's command that say which running systems it asks. */
export interface SystemArguments {
  readonly workspaceTrusted: boolean;
  readonly postgres?: WithPassword<ConnectionProfile>;
  readonly redis: readonly WithPassword<RedisProfile>[];
}

interface ChosenSystems {
  readonly postgres: ConnectionProfile | undefined;
  readonly redis: readonly RedisProfile[];
}

/** The running systems that a report may ask: those of the settings that the user picks for it, and no others. */
export class AuditSystems {
  readonly #passwords: Passwords;

  constructor(context: Pick<ExtensionContext, "secrets" | "globalState">) {
    this.#passwords = new Passwords(context);
  }

  /** Asks each time, where the settings name any. @returns undefined when the user wants no report */
  async choose(resource: Uri): Promise<ChosenSystems | undefined> {
    const nothing = { postgres: undefined, redis: [] };
    if (!workspace.isTrusted) return nothing;
    const databases = profilesOf(resource);
    const servers = redisProfilesOf(resource);
    const postgres = databases.length === 0 ? null : await pickDatabase(databases);
    if (postgres === undefined) return undefined;
    const redis = servers.length === 0 ? [] : await pickServers(servers);
    return redis && { postgres: postgres ?? undefined, redis };
  }

  /**
   * Asks for the passwords that servers want, and keeps them once they were right. Without one the report comes as it
   * is, with the reason in the place of what was not measured.
   */
  async askWithPasswords(
    { postgres, redis }: ChosenSystems,
    ask: (systems: SystemArguments) => Thenable<AuditResult | null | undefined>,
  ): Promise<AuditResult | null | undefined> {
    const entered = new Map<string, string>();
    for (;;) {
      const result = await ask({
        workspaceTrusted: workspace.isTrusted,
        ...(postgres && { postgres: await this.#withPassword(postgres, secretKeyOf(postgres), entered) }),
        redis: await Promise.all(
          redis.map((profile) => this.#withPassword(profile, redisSecretKeyOf(profile), entered)),
        ),
      });
      if (!result) return result;
      const wanted = new Set(result.passwordsWanted);
      const secrets = [
        ...(postgres ? [{ ...postgres, key: secretKeyOf(postgres) }] : []),
        ...redis.map((profile) => ({ ...profile, key: redisSecretKeyOf(profile) })),
      ];
      for (const { name, key } of secrets) {
        const password = entered.get(key);
        if (password !== undefined && !wanted.has(name)) await this.#passwords.keep(key, password);
      }
      const refused = secrets.filter(({ name }) => wanted.has(name));
      if (refused.length === 0) return result;
      for (const { name, key } of refused) {
        const password = await askForPassword(
          l10n.t("Password of {0}", name),
          entered.has(key) ? l10n.t("The password was refused.") : undefined,
        );
        if (password === undefined) return result;
        await this.#passwords.forget(key);
        entered.set(key, password);
      }
    }
  }

  async #withPassword<Profile>(
    profile: Profile,
    key: string,
    entered: ReadonlyMap<string, string>,
  ): Promise<WithPassword<Profile>> {
    const password = entered.get(key) ?? (await this.#passwords.get(key));
    return { ...profile, ...(password !== undefined && { password }) };
  }
}

/** Null: none. */
async function pickDatabase(
  profiles: readonly ConnectionProfile[],
): Promise<ConnectionProfile | null | undefined> {
  const none = { label: l10n.t("No database"), description: l10n.t("a report from the files alone") };
  const items: (QuickPickItem & { profile?: ConnectionProfile })[] = [
    ...profiles.map((profile) => ({ label: profile.name, description: placeOf(profile), profile })),
    none,
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t("Which database may the report ask? It is only read."),
  });
  return picked && (picked.profile ?? null);
}

async function pickServers(profiles: readonly RedisProfile[]): Promise<readonly RedisProfile[] | undefined> {
  const items = profiles.map((profile) => ({
    label: profile.name,
    description: `${profile.host ?? "localhost"}:${profile.port ?? defaultPort}`,
    profile,
  }));
  const picked = await window.showQuickPick(items, {
    title: l10n.t("Which Redis servers may the report ask? They are only read."),
    canPickMany: true,
  });
  return picked?.map(({ profile }) => profile);
}

const defaultPort = 6379;

function redisProfilesOf(resource: Uri): readonly RedisProfile[] {
  const configured = workspace.getConfiguration("queryscope", resource).get<unknown>("audit.redis");
  return Array.isArray(configured) ? configured.filter(isProfile) : [];
}

function isProfile(value: unknown): value is RedisProfile {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}

/** By place and user, not by name, as those of databases; one for an encrypted connection is not sent over another. */
function redisSecretKeyOf({
  host = "localhost",
  port = defaultPort,
  user = "",
  tls = false,
}: RedisProfile): string {
  return `queryscope.password:${JSON.stringify(["redis", host, port, user, tls])}`;
}
