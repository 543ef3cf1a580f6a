import { readFile } from "node:fs/promises";
import { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type pg from "pg";
import type { ServerSource } from "../../../model/row-source.ts";
import { loadDriver } from "../driver.ts";
import { type ConnectOptions, type LookConnection, leave } from "../server-look.ts";

/** What a connection is called in the server's list of them. */
const APPLICATION = "covalent trigger";

/** @throws {CovalentError} `TRIGGER_DRIVER_MISSING` */
export const loadPostgres = async (): Promise<typeof pg> =>
  (await loadDriver("pg", () => import("pg"))).default;

interface Single extends pg.QueryConfig {
  readonly queryMode: "extended";
}

/** Connects to a Postgres. @throws what is in the way */
export async function connectPostgres(
  source: ServerSource,
  options: ConnectOptions,
): Promise<LookConnection> {
  const { encryption, trusted, socket } = source;
  if (encryption === "off" || socket !== undefined) return connect(source, options, false);
  const ca = trusted === undefined ? undefined : await readFile(trusted, "utf8");
  const verified = encryption === "verified";
  try {
    return await connect(source, options, { rejectUnauthorized: verified, ...(ca !== undefined && { ca }) });
  } catch (error) {
    if (encryption !== "preferred" || !/does not support SSL/.test(String(error))) throw error;
    return connect(source, options, false);
  }
}

async function connect(
  source: ServerSource,
  { connectMs, queryMs, signal }: ConnectOptions,
  ssl: ConnectionOptions | false,
): Promise<LookConnection> {
  const { Client } = await loadPostgres();
  const { host, port, user, password, database, options } = source;
  const stream = new Socket({ signal });
  const client = new Client({
    ...defined({ host: source.socket ?? host, port, user, password, database, options }),
    application_name: APPLICATION,
    connectionTimeoutMillis: connectMs,
    ssl,
    stream: () => stream,
  });
  let isOpen = true;
  // A connection that is lost while nobody uses it is found to be so by the next question.
  client.on("error", () => {
    isOpen = false;
  });
  client.on("end", () => {
    isOpen = false;
  });
  const close = () => leave(() => client.end(), stream);
  try {
    await client.connect();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get isOpen() {
      return isOpen;
    },
    async hasRow(query) {
      await client.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${queryMs}`);
      // In this mode a text is one statement: what closes the parenthesis cannot begin another one.
      const question: Single = { text: `SELECT EXISTS (${query}\n) AS found`, queryMode: "extended" };
      const { rows } = await client.query<{ found: boolean }>(question);
      await client.query("ROLLBACK");
      return rows[0]?.found === true;
    },
    close,
  };
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
