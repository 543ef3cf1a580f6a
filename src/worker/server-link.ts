import { readFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { createFrameReader, encodeFrame, type Frame } from "./frames.ts";
import type { FromWorker } from "./protocol.ts";
import { addressFile } from "./worker-files.ts";

/** Milliseconds between attempts to reach a server: a new one waits at most this long for its workers. */
const RECONNECT_MS = 150;

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

  constructor(directory: string, events: LinkEvents) {
    this.#directory = directory;
    this.#events = events;
    this.#connect();
  }

  /** Sends an encoded frame. Without a server it is dropped: results are in the spool and are sent again. */
  send(frame: Buffer): void {
    this.#socket?.write(frame);
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
