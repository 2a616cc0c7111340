import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import { type ConnectionProfile, isLoopback, type SslMode } from "./connection-profile.ts";

/**
 * The mode where none is given. libpq would take `prefer`, which neither encrypts for certain nor checks whom it talks
 * to: right for this machine only.
 */
export function defaultSslMode(host: string): SslMode {
  return isLoopback({ host }) ? "prefer" : "verify-full";
}

/** How to try to connect: without encryption, or with these options. */
export type SslAttempt = false | ConnectionOptions;

/**
 * The attempts that a profile's mode stands for, in order, with libpq's meaning: `require` encrypts without looking at
 * the certificate, unless there is a root certificate; `verify-ca` checks who signed it, `verify-full` also the name.
 * Where libpq insists on a root certificate of the user's, the authorities known to Node are taken instead.
 * @throws Error for a certificate file that can't be read
 */
export async function sslAttempts(profile: ConnectionProfile): Promise<readonly SslAttempt[]> {
  if (profile.host.startsWith("/") || profile.sslMode === "disable") return [false];
  const root = await rootCertificate(profile);
  const files = await clientCertificate(profile);
  const unchecked: ConnectionOptions = { ...files, rejectUnauthorized: false };
  const signed: ConnectionOptions = {
    ...files,
    ...(root === undefined ? {} : { ca: root }),
    rejectUnauthorized: true,
    checkServerIdentity: () => undefined,
  };
  switch (profile.sslMode) {
    case "allow":
      return [false, unchecked];
    case "prefer":
      return [unchecked, false];
    case "require":
      return [root === undefined ? unchecked : signed];
    case "verify-ca":
      return [signed];
    case "verify-full":
      // The name is given, because Node does not know it for an IP address.
      return [
        {
          ...signed,
          checkServerIdentity: (_name, certificate) => checkServerIdentity(profile.host, certificate),
        },
      ];
  }
}

async function rootCertificate({ sslRootCertificate }: ConnectionProfile): Promise<Buffer | undefined> {
  if (sslRootCertificate === "system") return undefined;
  return sslRootCertificate === undefined ? readIfPresent("root.crt") : readGiven(sslRootCertificate);
}

async function clientCertificate(
  profile: ConnectionProfile,
): Promise<Pick<ConnectionOptions, "cert" | "key">> {
  const { sslCertificate, sslKey } = profile;
  const cert =
    sslCertificate === undefined ? await readIfPresent("postgresql.crt") : await readGiven(sslCertificate);
  if (cert === undefined) return {};
  const key = sslKey === undefined ? await readIfPresent("postgresql.key") : await readGiven(sslKey);
  return { cert, ...(key === undefined ? {} : { key }) };
}

/** A file of libpq's folder for certificates. */
async function readIfPresent(name: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path.join(homedir(), ".postgresql", name));
  } catch {
    return undefined; // Not there: libpq takes that for "none" too.
  }
}

async function readGiven(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new Error(`the certificate file ${file} can't be read`, { cause: error });
  }
}
