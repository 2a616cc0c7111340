/** libpq's `sslmode`. */
export const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

/** A PostgreSQL database as libpq describes one, without its password. */
export interface ConnectionProfile {
  /** What messages and logs call it, instead of host and user: `DATABASE_URL`, `service staging`. */
  readonly label: string;
  /** A host name, an IP address, or the folder of a Unix socket (begins with `/`). */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly sslMode: SslMode;
  /** Paths of PEM files; `system` as root certificate stands for the well-known authorities. */
  readonly sslRootCertificate: string | undefined;
  readonly sslCertificate: string | undefined;
  readonly sslKey: string | undefined;
  /** `-c name=value …` for the session, for instance a search path. */
  readonly options: string | undefined;
}

/** Whether the connection stays on this machine. */
export function isLoopback({ host }: Pick<ConnectionProfile, "host">): boolean {
  return host.startsWith("/") || host === "localhost" || host === "::1" || /^127(?:\.\d+){3}$/.test(host);
}
