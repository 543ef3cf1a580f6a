import { timingSafeEqual } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { createFrameReader, encodeFrame, type Frame } from "../../worker/frames.ts";
import type { FromWorker, HelloMessage, ToWorker } from "../../worker/protocol.ts";
import { addressFile } from "../../worker/worker-files.ts";
import type { RuntimeDirectory } from "./runtime-directory.ts";

/** A connected worker that has proved that it is ours. */
export interface Connection {
  send(message: ToWorker, body?: readonly Uint8Array[]): void;
  /** Sends what is still to be sent, then hangs up. */
  end(): void;
  onMessage: (message: FromWorker, body: Buffer) => void;
  onClose: () => void;
}

export interface WorkerServer {
  close(): Promise<void>;
}

/**
 * Listens for workers. The socket lies in a directory that only this user can enter, and the first frame must bring the secret.
 * The address file is written last: a worker that reads it finds a server.
 */
export async function listenForWorkers(
  { path, socketPath, secret }: RuntimeDirectory,
  onHello: (hello: HelloMessage, connection: Connection) => void,
): Promise<WorkerServer> {
  // Of a server that was killed; a living one is excluded by whoever starts us.
  rmSync(socketPath, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    receive(socket, secret, onHello);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  writeFileSync(`${addressFile(path)}.part`, socketPath, { mode: 0o600 });
  renameSync(`${addressFile(path)}.part`, addressFile(path));
  return {
    async close() {
      await stop(server, sockets);
      // The short directory outside of ours: the next server makes it again.
      if (dirname(socketPath) !== path) rmSync(dirname(socketPath), { recursive: true, force: true });
    },
  };
}

function receive(
  socket: Socket,
  secret: string,
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
      // Not our protocol: the worker, if it is one, connects again and sends again what was not acknowledged.
      socket.destroy(
        error instanceof RangeError || error instanceof SyntaxError ? undefined : (error as Error),
      );
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
