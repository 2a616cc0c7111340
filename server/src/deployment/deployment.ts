/** How a product is deployed, as far as the files of its folder tell: plain data with the place of everything. */
import type { Location } from "../base/text-range.ts";

/**
 * What a file is for, by its name and folder. `unclear`: a plain `docker-compose.yml` starts a developer's machine in
 * one project and the servers in another.
 */
export type Purpose = "production" | "unclear" | "development";

export interface Deployment {
  readonly processes: readonly Process[];
  /** Containers of well-known images: databases, caches, poolers. */
  readonly services: readonly Service[];
  /** `pgbouncer.ini` */
  readonly poolers: readonly PoolerSettings[];
  /** `postgresql.conf` */
  readonly databases: readonly ServerSettings[];
  /** `redis.conf` */
  readonly redis: readonly ServerSettings[];
  readonly webServers: readonly WebServer[];
  /** What the project's own processes find in their environment. */
  readonly variables: readonly DeployedVariable[];
  readonly problems: readonly DeploymentProblem[];
}

export interface DeploymentProblem {
  readonly path: string;
  readonly message: string;
}

/** A variable of the environment that a file sets. */
export interface DeployedVariable {
  readonly name: string;
  /** Undefined where the file takes it from somewhere else: a secret, the shell that starts the service. */
  readonly value: string | undefined;
  readonly purpose: Purpose;
}

/** A value of a file. */
export interface Given<Value> {
  readonly value: Value;
  /** The variable of the environment of which it is the default. */
  readonly variable?: string | undefined;
}

/** An option of a command: undefined where it is certainly not given, so that the program's default applies. */
export type OptionValue<Value> = Given<Value> | "unknown" | undefined;

interface ProcessBase {
  /** Of the service, the program or the unit; else that of the file. */
  readonly name: string;
  /** Where its command is written. */
  readonly location: Location;
  readonly purpose: Purpose;
  /** Copies of it that are started, as the file says. */
  readonly replicas: number;
  /** What becomes of files that it writes: `lost` with its container, or kept in a volume. Undefined: nothing tells. */
  readonly files?: "lost" | "kept" | undefined;
}

export type Process =
  | WebProcess
  | CeleryWorker
  | CeleryBeat
  | MonitorProcess
  | OtherWorker
  | ManagementCommand;

export const webServerPrograms = [
  "gunicorn",
  "uwsgi",
  "uvicorn",
  "daphne",
  "hypercorn",
  "granian",
  "waitress",
  "runserver",
] as const;
export type WebServerProgram = (typeof webServerPrograms)[number];

/** What answers requests with the project's code. */
export interface WebProcess extends ProcessBase {
  readonly kind: "web";
  readonly program: WebServerProgram;
  readonly workers: OptionValue<number>;
  /** Per worker. */
  readonly threads: OptionValue<number>;
  /** gunicorn's `--worker-class`; `gevent` for uWSGI with greenlets. */
  readonly workerClass: OptionValue<string>;
  /** Seconds after which a worker that does not answer is replaced; 0 for never. */
  readonly timeout: OptionValue<number>;
  /** Requests after which a worker is replaced; 0 for never. */
  readonly maxRequests: OptionValue<number>;
  /** The file of gunicorn's `--config`. */
  readonly configuration: OptionValue<string>;
  /**
   * The server sends static files by itself (`runserver --insecure`, uWSGI's `--static-map`), or answers a web server that
   * can: on a socket of uWSGI's protocol, or on one of the file system.
   */
  readonly servesStaticFiles: boolean;
}

export interface CeleryWorker extends ProcessBase {
  readonly kind: "celeryWorker";
  readonly queues: OptionValue<readonly string[]>;
  /** Processes or green threads; with `--autoscale` the most there may be. */
  readonly concurrency: OptionValue<number>;
  readonly pool: OptionValue<string>;
  readonly maxTasksPerChild: OptionValue<number>;
  readonly maxMemoryPerChild: OptionValue<number>;
  /** Tasks that each process reserves, from `--prefetch-multiplier`: it wins over the setting. */
  readonly prefetchMultiplier: OptionValue<number>;
  /** `-O fair` */
  readonly optimization: OptionValue<string>;
  /** `-E`: tells monitors what it does. */
  readonly sendsEvents: boolean;
  /** `-B`: the scheduler runs inside. */
  readonly runsBeat: boolean;
}

export interface CeleryBeat extends ProcessBase {
  readonly kind: "celeryBeat";
  readonly scheduler: OptionValue<string>;
}

/** Flower, or an exporter of Celery's events. */
export interface MonitorProcess extends ProcessBase {
  readonly kind: "monitor";
}

/** Workers of other queues than Celery's. */
export interface OtherWorker extends ProcessBase {
  readonly kind: "otherWorker";
  readonly library: "rq" | "huey" | "dramatiq" | "django-q" | "django-tasks";
}

export interface ManagementCommand extends ProcessBase {
  readonly kind: "managementCommand";
  readonly command: string;
}

export type ServiceKind =
  | "postgresql"
  | "mysql"
  | "redis"
  | "rabbitmq"
  | "memcached"
  | "pgbouncer"
  | "webServer"
  | "monitor";

/** A container of an image that is known. */
export interface Service {
  /** The host name under which the others reach it. */
  readonly name: string;
  readonly kind: ServiceKind;
  readonly image: string;
  readonly location: Location;
  readonly purpose: Purpose;
  /** `-c name=value` and `--name value` of its command. */
  readonly options: ReadonlyMap<string, string>;
  readonly environment: ReadonlyMap<string, string>;
}

export interface ServerSetting {
  readonly value: string;
  readonly location: Location;
}

/** A configuration file of a server, by the names of its settings in lower case. */
export interface ServerSettings {
  readonly path: string;
  readonly purpose: Purpose;
  readonly settings: ReadonlyMap<string, ServerSetting>;
}

export interface PoolerSettings extends ServerSettings {
  /** The databases that clients may ask for; `*` for any. */
  readonly databases: ReadonlyMap<string, ServerSetting>;
}

/** A configuration of nginx, as far as it concerns static files. */
export interface WebServer {
  readonly path: string;
  readonly purpose: Purpose;
  readonly locations: readonly WebServerLocation[];
  /** Whether anything in the file compresses answers. */
  readonly compresses: boolean;
  /** The configuration as a whole, not a part that another file includes. */
  readonly isWhole: boolean;
}

export interface WebServerLocation {
  /** `/static/`; of a regular expression its text. */
  readonly prefix: string;
  readonly location: Location;
  /** Files of a folder: `alias` or `root`. */
  readonly servesFiles: boolean;
  /** Passed on to the application. */
  readonly isProxied: boolean;
  /** Browsers are told to keep the answers: `expires`, `Cache-Control`. */
  readonly setsExpiry: boolean;
  readonly isInternal: boolean;
}

export const emptyDeployment: Deployment = {
  processes: [],
  services: [],
  poolers: [],
  databases: [],
  redis: [],
  webServers: [],
  variables: [],
  problems: [],
};
