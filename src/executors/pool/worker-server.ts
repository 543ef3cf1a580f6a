import { timingSafeEqual } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import type { Logger } from "../../model/logger.ts";
import { BrokenFrame, createFrameReader, encodeFrame, type Frame } from "../../worker/frames.ts";
import type { FromWorker, HelloMessage, ToWorker } from "../../worker/protocol.ts";
import { addressFile } from "../../worker/worker-files.ts";
import type { RuntimeDirectory } from "./runtime-directory.ts";
import type { PackedAttempt } from "./worker-kind.ts";

/** A connected worker that has proved that it is ours. */
export interface Connection {
  send(message: ToWorker | PackedAttempt["message"], body?: readonly Uint8Array[]): void;
  /** Sends what is still to be sent, then hangs up. */
  end(): void;
  onMessage: (message: FromWorker, body: Buffer) => void;
  /** What the worker sent is no message: it is not what it was any more. */
  onNonsense: () => void;
  onClose: () => void;
}

/**
 * Listens for workers. The socket lies in a directory that only this user can enter, and the first frame must bring the secret.
 */
export class WorkerServer {
  readonly #runtime: RuntimeDirectory;
  readonly #logger: Logger;
  readonly #onHello: (hello: HelloMessage, connection: Connection) => void;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;

  constructor(
    runtime: RuntimeDirectory,
    logger: Logger,
    onHello: (hello: HelloMessage, connection: Connection) => void,
  ) {
    this.#runtime = runtime;
    this.#logger = logger;
    this.#onHello = onHello;
  }

  /** May be called again when the socket's file has been removed: the connections that there are go on. */
  async listen(): Promise<void> {
    const { path, socketPath } = this.#runtime;
    this.#server?.close();
    // Of a server that was killed; a living one is excluded by whoever starts us.
    rmSync(socketPath, { force: true });
    const server = createServer((socket) => this.#receive(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(socketPath, resolve);
    });
    // A connection that could not be accepted (no file descriptor left): the worker tries again.
    server.on("error", (error) => this.#logger.error({ err: error }, "a worker could not connect"));
    // Written last: a worker that reads it finds a server.
    writeFileSync(`${addressFile(path)}.part`, socketPath, { mode: 0o600 });
    renameSync(`${addressFile(path)}.part`, addressFile(path));
  }

  async close(): Promise<void> {
    const { path, socketPath } = this.#runtime;
    if (this.#server !== null) await stop(this.#server, this.#sockets);
    // The short directory outside of ours: the next server makes it again.
    if (dirname(socketPath) !== path) rmSync(dirname(socketPath), { recursive: true, force: true });
  }

  #receive(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    receive(socket, this.#runtime.secret, this.#logger, this.#onHello);
  }
}

function receive(
  socket: Socket,
  secret: string,
  logger: Logger,
  onHello: (hello: HelloMessage, connection: Connection) => void,
): void {
  let connection: Connection | null = null;
  const onFrame = ({ header, body }: Frame): void => {
    const message = header as FromWorker;
    if (connection !== null) connection.onMessage(message, body);
    else if (message.kind === "hello" && isSame(message.secret, secret)) {
      connection = connectionOf(socket);
      onHello(message, connection);
    } else socket.destroy();
  };
  const read = createFrameReader(onFrame);
  socket.on("data", (chunk) => {
    try {
      read(chunk);
    } catch (error) {
      // The worker, if it still is one, connects again and sends again what was not acknowledged.
      logger.error({ err: error }, "what a worker sent could not be taken; it is disconnected");
      socket.destroy();
      if (error instanceof BrokenFrame) connection?.onNonsense();
    }
  });
  socket.on("error", () => undefined);
  socket.once("close", () => connection?.onClose());
}

function connectionOf(socket: Socket): Connection {
  let corked = false;
  return {
    send(message, body) {
      // All frames of one tick leave with one system call.
      if (!corked) {
        corked = true;
        socket.cork();
        process.nextTick(() => {
          corked = false;
          socket.uncork();
        });
      }
      if (socket.writable) socket.write(encodeFrame(message, body));
    },
    end: () => void socket.end(),
    onMessage: () => undefined,
    onNonsense: () => undefined,
    onClose: () => undefined,
  };
}

function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function stop(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.end(() => socket.destroy());
  });
}
