import { readFile } from "node:fs/promises";
import { connect as openSocket } from "node:net";
import type * as mysql2 from "mysql2/promise";
import type { ServerSource } from "../../../model/row-source.ts";
import { loadDriver } from "../driver.ts";
import { type ConnectOptions, type LookConnection, leave } from "../server-look.ts";

const PORT = 3306;

/** @throws {CovalentError} `TRIGGER_DRIVER_MISSING` */
export const loadMysql = (): Promise<typeof mysql2> =>
  loadDriver("mysql2/promise", () => import("mysql2/promise"));

/** Connects to a MySQL or MariaDB. @throws what is in the way */
export async function connectMysql(source: ServerSource, options: ConnectOptions): Promise<LookConnection> {
  const { encryption, trusted, socket } = source;
  if (encryption === "off" || socket !== undefined) return connect(source, options, undefined);
  const ca = trusted === undefined ? undefined : await readFile(trusted, "utf8");
  const verified = encryption === "verified";
  try {
    const ssl = { rejectUnauthorized: verified, verifyIdentity: verified, ...(ca !== undefined && { ca }) };
    return await connect(source, options, ssl);
  } catch (error) {
    const isPlain = error instanceof Error && "code" in error && error.code === "HANDSHAKE_NO_SSL_SUPPORT";
    if (encryption !== "preferred" || !isPlain) throw error;
    return connect(source, options, undefined);
  }
}

async function connect(
  source: ServerSource,
  { connectMs, queryMs, signal }: ConnectOptions,
  ssl: mysql2.ConnectionOptions["ssl"],
): Promise<LookConnection> {
  const { createConnection } = await loadMysql();
  const { host = "localhost", port = PORT, user, password, database } = source;
  const stream = openSocket(source.socket === undefined ? { host, port } : { path: source.socket });
  const end = () => stream.destroy();
  signal.addEventListener("abort", end, { once: true });
  stream.once("close", () => signal.removeEventListener("abort", end));
  try {
    const connection = await createConnection({
      host,
      ...(user !== undefined && { user }),
      ...(password !== undefined && { password }),
      ...(database !== undefined && { database }),
      ...(ssl !== undefined && { ssl }),
      connectTimeout: connectMs,
      stream: () => stream,
    });
    // A connection that is lost while nobody uses it is found to be so by the next question.
    connection.on("error", end);
    const ask = async (sql: string) => (await connection.query<mysql2.RowDataPacket[]>(sql))[0];
    const [server] = await ask("SELECT version() AS version");
    // Each of the two has a name and a unit of its own for this.
    const isMariaDb = /mariadb/i.test(String(server?.version));
    await connection.query(
      isMariaDb
        ? `SET SESSION max_statement_time = ${queryMs / 1_000}`
        : `SET SESSION max_execution_time = ${queryMs}`,
    );
    return {
      get isOpen() {
        return !stream.destroyed && stream.readable;
      },
      async hasRow(query) {
        await connection.query("START TRANSACTION READ ONLY");
        const [row] = await ask(`SELECT EXISTS (${query}\n) AS found`);
        await connection.query("ROLLBACK");
        return Boolean(row?.found);
      },
      close: () => leave(() => connection.end(), stream),
    };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}
