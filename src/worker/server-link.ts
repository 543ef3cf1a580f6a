import { readFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { createFrameReader, encodeFrame, type Frame } from "./frames.ts";
import type { FromWorker } from "./protocol.ts";
import { addressFile } from "./worker-files.ts";

/** Milliseconds between attempts to reach a server: a new one waits at most this long for its workers. */
const RECONNECT_MS = 150;

/**
 * Frames that are posted leave together, so many at most: half of what a worker is given ahead (queue-depth.ts), so that it has the
 * other half to run meanwhile. The server commits them together, and a commit costs as much as several tasks.
 */
const POSTED = 32;
/** Milliseconds that a posted frame waits at most while this process's event loop turns. */
const POSTED_MS = 2;

export interface LinkEvents {
  /** The first frame of each connection. May throw, when the server's files are being made: then it is tried again. */
  hello(): FromWorker;
  received(frame: Frame): void;
  lost(): void;
  /** Called again and again while no server listens. */
  alone(): void;
}

/**
 * A worker's connection to whichever server listens now. Nothing of it keeps the process alive or shows up as an active
 * resource, so that what a task leaves behind can be told apart from it.
 */
export class ServerLink {
  readonly #directory: string;
  readonly #events: LinkEvents;
  #socket: Socket | null = null;
  #posted: Buffer[] = [];
  #postedSince = 0;
  /** One for all: making a timer costs more than starting it again. */
  readonly #posting: NodeJS.Timeout;
  #isPosting = false;

  constructor(directory: string, events: LinkEvents) {
    this.#directory = directory;
    this.#events = events;
    this.#posting = setTimeout(() => this.#postingOver(), POSTED_MS).unref();
    this.#connect();
  }

  /** Sends an encoded frame, behind what was posted. Without a server both are dropped: results are in the spool and are sent again. */
  send(frame: Buffer): void {
    this.flush();
    this.#socket?.write(frame);
  }

  /** Sends an encoded frame together with others: at the next call of {@link flush} or {@link flushSoon}. */
  post(frame: Buffer): void {
    if (this.#socket === null) return;
    if (this.#posted.push(frame) === 1) this.#postedSince = performance.now();
    if (this.#posted.length >= POSTED) this.flush();
  }

  /** To be called before something that may take long: sends what was posted in a moment, or at once when that was a while ago. */
  flushSoon(): void {
    if (this.#posted.length === 0) return;
    if (performance.now() - this.#postedSince >= POSTED_MS) this.flush();
    else if (!this.#isPosting) {
      this.#isPosting = true;
      this.#posting.refresh();
    }
  }

  /** Sends what was posted. */
  flush(): void {
    if (this.#posted.length === 0) return;
    this.#socket?.write(Buffer.concat(this.#posted));
    this.#posted = [];
  }

  #postingOver(): void {
    this.#isPosting = false;
    this.flush();
  }

  #connect(): void {
    const address = readAddress(this.#directory);
    if (address === undefined) this.#retry();
    else this.#connectTo(address);
  }

  #connectTo(address: string): void {
    const socket = createConnection(address);
    socket.unref();
    socket.once("connect", () => this.#greet(socket));
    socket.on(
      "data",
      createFrameReader((frame) => this.#events.received(frame)),
    );
    // "close" follows and does the rest.
    socket.on("error", () => undefined);
    socket.once("close", () => {
      const wasConnected = this.#socket === socket;
      this.#socket = null;
      this.#posted = [];
      if (wasConnected) this.#events.lost();
      this.#retry();
    });
  }

  #greet(socket: Socket): void {
    try {
      socket.write(encodeFrame(this.#events.hello()));
      this.#socket = socket;
    } catch {
      socket.destroy();
    }
  }

  #retry(): void {
    this.#events.alone();
    setTimeout(() => this.#connect(), RECONNECT_MS).unref();
  }
}

/** Read anew each time: another server may listen elsewhere. */
function readAddress(directory: string): string | undefined {
  try {
    return readFileSync(addressFile(directory), "utf8");
  } catch {
    return undefined;
  }
}
