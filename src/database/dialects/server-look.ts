import type { Socket } from "node:net";
import type { ServerSource } from "../../model/row-source.ts";

/** A connection to a database server of users. */
export interface LookConnection {
  /** False once it is lost. */
  readonly isOpen: boolean;
  /** Reads one row at most, in a transaction that cannot write. */
  hasRow(query: string): Promise<boolean>;
  /** Never rejects. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly connectMs: number;
  /** How long the server itself works on a query. */
  readonly queryMs: number;
  /** Ends the connection at once, whatever it waits for. */
  readonly signal: AbortSignal;
}

export type Connect = (source: ServerSource, options: ConnectOptions) => Promise<LookConnection>;

export interface ServerLookOptions {
  readonly connectMs?: number;
  readonly queryMs?: number;
  /** How long a connection is kept that nobody uses. */
  readonly idleMs?: number;
}

/**
 * Asks one database server whether queries have rows: through one connection, one after the other. The connection is made when there
 * is a question, kept for the next one, and made anew once it was lost or a question failed.
 */
export class ServerLook {
  readonly #open: (signal: AbortSignal) => Promise<LookConnection>;
  readonly #patienceMs: number;
  readonly #idleMs: number;
  #line: Line | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(source: ServerSource, connect: Connect, options: ServerLookOptions = {}) {
    const { connectMs = 10_000, queryMs = 30_000, idleMs = 60_000 } = options;
    this.#open = (signal) => connect(source, { connectMs, queryMs, signal });
    // The server gives a query up first, and says so; one that does not answer at all is given up after that.
    this.#patienceMs = connectMs + queryMs + 5_000;
    this.#idleMs = idleMs;
  }

  /** @throws what is wrong with the server or the query */
  hasRow(query: string): Promise<boolean> {
    const answer = this.#last.then(() => this.#ask(query));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#line?.end.abort();
    await this.#last;
    await this.#drop();
  }

  async #ask(query: string): Promise<boolean> {
    if (this.#closed) throw new Error("nobody looks any more");
    clearTimeout(this.#idle);
    if (this.#line?.connection?.isOpen === false) await this.#drop();
    const line: Line = this.#line ?? { end: new AbortController(), connection: undefined };
    this.#line = line;
    const late = setTimeout(() => line.end.abort(), this.#patienceMs).unref();
    try {
      line.connection ??= await this.#open(line.end.signal);
      return await line.connection.hasRow(query);
    } catch (error) {
      await this.#drop();
      throw line.end.signal.aborted ? new Error("the database server does not answer") : error;
    } finally {
      clearTimeout(late);
      if (!this.#closed) this.#idle = setTimeout(() => void this.#drop(), this.#idleMs).unref();
    }
  }

  async #drop(): Promise<void> {
    clearTimeout(this.#idle);
    const line = this.#line;
    this.#line = undefined;
    await line?.connection?.close();
  }
}

/** A connection, or one that is being made. */
interface Line {
  /** Ends it, whatever it waits for. */
  readonly end: AbortController;
  connection: LookConnection | undefined;
}

const FAREWELL_MS = 1_000;

/** Says goodbye to a server, and closes the socket in any case. */
export async function leave(farewell: () => Promise<unknown>, socket: Socket): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
  const late = setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
  await Promise.race([farewell().catch(() => undefined), closed]);
  clearTimeout(late);
  socket.destroy();
  await closed;
}
