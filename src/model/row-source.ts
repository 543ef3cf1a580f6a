/** Databases of users, in which triggers look for rows: which one, and who looks. */

export interface SqliteSource {
  readonly kind: "sqlite";
  readonly path: string;
}

/** Whether a connection is encrypted, and whether the server must prove who it is. */
export type Encryption = "off" | "preferred" | "required" | "verified";

/** What is absent is the driver's default, which may come from its own variables and files (`PGPASSWORD`, `~/.pgpass`). */
export interface ServerSource {
  readonly kind: "postgres" | "mysql";
  readonly host?: string;
  readonly port?: number;
  /** A socket of this machine, instead of host and port; for Postgres the directory that it is in. */
  readonly socket?: string;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly encryption: Encryption;
  /** A file with the certificates that are trusted, instead of the system's. */
  readonly trusted?: string;
  /** Postgres' `options`: settings of the session. */
  readonly options?: string;
}

export type RowSource = SqliteSource | ServerSource;

/** Looks into databases of users, and changes nothing there. */
export interface RowLooks {
  /** @throws {CovalentError} `TRIGGER_DRIVER_MISSING` when there is nothing to look into such a database with */
  check(source: RowSource): Promise<void>;
  /** Whether a query has a row. Rejects with what is in the way, within a minute. */
  hasRow(source: RowSource, query: string): Promise<boolean>;
}
