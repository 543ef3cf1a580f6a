import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A server of a peer, with data that are thrown away. */
export interface PeerServer extends AsyncDisposable {
  /** What its program takes: a port, or an address. */
  readonly address: string;
}

/** Redis with its append-only file, synced once a second: what it calls its default durability. */
export async function startRedis(): Promise<PeerServer> {
  const directory = mkdtempSync(join(tmpdir(), "covalent-redis-"));
  const port = await freePort();
  const child = spawn("redis-server", ["--port", String(port), "--dir", directory, "--appendonly", "yes"], {
    stdio: "ignore",
  });
  return serverOf(child, port, String(port), directory);
}

/** Postgres as it is installed: every commit is synced. */
export async function startPostgres(): Promise<PeerServer> {
  const directory = mkdtempSync(join(tmpdir(), "covalent-postgres-"));
  const user = unprivileged();
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  const data = join(directory, "data");
  execFileSync("initdb", ["-D", data, "-U", "benchmark", "--auth=trust"], { stdio: "ignore", ...user });
  const port = await freePort();
  const child = spawn("postgres", ["-D", data, "-p", String(port), "-k", directory, "-h", "127.0.0.1"], {
    stdio: "ignore",
    ...user,
  });
  return serverOf(child, port, `postgresql://benchmark@127.0.0.1:${port}/benchmark`, directory);
}

/** Postgres refuses to run as root: then it runs as nobody. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
}

async function serverOf(
  child: ChildProcess,
  port: number,
  address: string,
  directory: string,
): Promise<PeerServer> {
  await listening(port, child);
  return {
    address,
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill("SIGINT");
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const PATIENCE_MS = 20_000;

async function listening(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error("a peer's server did not start");
    await pause(50);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
