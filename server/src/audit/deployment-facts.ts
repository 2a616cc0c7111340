/** What the report asks of deployment files. */
import type { Location } from "../base/text-range.ts";

export interface DeploymentFacts {
  readonly processes: readonly DeployedProcess[];
  readonly services: readonly DeployedService[];
  /** Configurations of nginx and its like. */
  readonly webServers: readonly { readonly path: string; readonly locations: readonly ServedLocation[] }[];
  /** `pgbouncer.ini` */
  readonly poolers: readonly { readonly path: string }[];
  /** `postgresql.conf` */
  readonly databases: readonly { readonly path: string }[];
}

type Purpose = "production" | "unclear" | "development";

/** Undefined: not given, so that the program's default applies. */
type OptionValue<Value> = { readonly value: Value } | "unknown" | undefined;

interface DeployedProcess {
  readonly kind: string;
  readonly name: string;
  readonly location: Location;
  readonly purpose: Purpose;
  readonly replicas: number;
  readonly program?: string;
  readonly workers?: OptionValue<number>;
  readonly threads?: OptionValue<number>;
  readonly concurrency?: OptionValue<number>;
  readonly queues?: OptionValue<readonly string[]>;
}

interface DeployedService {
  readonly name: string;
  readonly kind: string;
  readonly location: Location;
  readonly purpose: Purpose;
}

interface ServedLocation {
  readonly prefix: string;
  readonly location: Location;
  readonly servesFiles: boolean;
}

export const nothingDeployed: DeploymentFacts = {
  processes: [],
  services: [],
  webServers: [],
  poolers: [],
  databases: [],
};

/** Processes of a kind that files start, those of a developer's machine left out. */
export function processesOf(
  { processes }: DeploymentFacts,
  ...kinds: readonly string[]
): readonly DeployedProcess[] {
  return processes.filter(({ kind, purpose }) => kinds.includes(kind) && purpose !== "development");
}
