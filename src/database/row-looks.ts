import type { RowLooks, RowSource, ServerSource } from "../model/row-source.ts";
import { connectMysql, loadMysql } from "./dialects/mysql/look-connection.ts";
import { connectPostgres, loadPostgres } from "./dialects/postgres/look-connection.ts";
import { ServerLook, type ServerLookOptions } from "./dialects/server-look.ts";
import { RowLook } from "./dialects/sqlite/row-look.ts";

const SERVERS = {
  postgres: { connect: connectPostgres, load: loadPostgres },
  mysql: { connect: connectMysql, load: loadMysql },
} as const;

/**
 * Looks into databases of users for their triggers: files of SQLite in a thread, servers through one connection to each.
 *
 * @example
 * await using looks = new DatabaseLooks();
 * await looks.hasRow({ kind: "sqlite", path: "/data/runs.db" }, "SELECT * FROM jobs WHERE state = 'new'"); // true
 */
export class DatabaseLooks implements RowLooks, AsyncDisposable {
  readonly #files = new RowLook();
  readonly #servers = new Map<string, ServerLook>();
  readonly #options: ServerLookOptions;

  constructor(options: ServerLookOptions = {}) {
    this.#options = options;
  }

  async check(source: RowSource): Promise<void> {
    if (source.kind !== "sqlite") await SERVERS[source.kind].load();
  }

  hasRow(source: RowSource, query: string): Promise<boolean> {
    return source.kind === "sqlite"
      ? this.#files.hasRow(source.path, query)
      : this.#server(source).hasRow(query);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const servers = [...this.#servers.values()];
    this.#servers.clear();
    await Promise.all([this.#files.close(), ...servers.map((server) => server.close())]);
  }

  /** Triggers of the same database share its connection. */
  #server(source: ServerSource): ServerLook {
    const key = JSON.stringify(source);
    const server =
      this.#servers.get(key) ?? new ServerLook(source, SERVERS[source.kind].connect, this.#options);
    this.#servers.set(key, server);
    return server;
  }
}
