declare module "pgpass" {
  interface Connection {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
  }

  /** Looks for the connection's password in `.pgpass`, or the file that `PGPASSFILE` names. */
  export default function pgpass(
    connection: Connection,
    callback: (password: string | undefined) => void,
  ): void;
}
