import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { addressFile, secretFile } from "../../worker/worker-files.ts";

/** Bytes of a Unix socket's path, its closing zero not counted (macOS allows 103). */
const MAX_SOCKET_PATH = 103;
/** After this long nobody asks for the files of a worker of an earlier server any more. */
const FORGOTTEN_MS = 7 * 24 * 60 * 60 * 1000;

/** Where the server and its workers meet. */
export interface RuntimeDirectory {
  readonly path: string;
  readonly socketPath: string;
  /** The same for all servers on this directory, so that workers of an earlier one are known again. */
  readonly secret: string;
}

/**
 * Makes the directory ready, readable for this user alone.
 *
 * @throws the error of the file system when it cannot be made or is not ours.
 */
export function prepareRuntimeDirectory(directory: string): RuntimeDirectory {
  const path = resolve(directory);
  makePrivate(path);
  removeForgotten(path);
  return { path, socketPath: socketPathFor(path), secret: readOrMakeSecret(path) };
}

/**
 * Makes again what somebody has removed of the directory while it was in use.
 *
 * @throws the error of the file system when that is not possible now.
 */
export function restoreRuntimeDirectory({ path, socketPath, secret }: RuntimeDirectory): void {
  makePrivate(path);
  makePrivate(dirname(socketPath));
  writeSecret(path, secret);
}

/** True while a worker finds in it what it needs to connect. */
export function isComplete({ path, socketPath }: RuntimeDirectory): boolean {
  return [addressFile(path), secretFile(path), socketPath].every((file) => existsSync(file));
}

function makePrivate(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  // Fails for a directory of somebody else, who could otherwise put a socket of his own there.
  chmodSync(path, 0o700);
}

/** In the directory itself, or, when that makes too long a path, in a short private one named by its hash. */
function socketPathFor(directory: string): string {
  const own = join(directory, "server.sock");
  if (Buffer.byteLength(own) <= MAX_SOCKET_PATH) return own;
  const hash = createHash("sha256").update(directory).digest("hex").slice(0, 16);
  const short = join(tmpdir(), `covalent-${userInfo().uid}-${hash}`);
  makePrivate(short);
  return join(short, "server.sock");
}

function readOrMakeSecret(directory: string): string {
  const file = secretFile(directory);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const secret = randomBytes(32).toString("base64url");
  writeSecret(directory, secret);
  return secret;
}

function writeSecret(directory: string, secret: string): void {
  const file = secretFile(directory);
  // Under its name only when it is whole: a server killed here leaves no empty secret behind.
  writeFileSync(`${file}.part`, secret, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}

function removeForgotten(directory: string): void {
  const before = Date.now() - FORGOTTEN_MS;
  const workers = new Map<string, string[]>();
  for (const name of readdirSync(directory)) {
    const worker = /^worker-(.+)\.\w+$/.exec(name)?.[1];
    if (worker !== undefined) workers.set(worker, [...(workers.get(worker) ?? []), join(directory, name)]);
  }
  for (const files of workers.values()) {
    if (files.every((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < before))
      for (const file of files) rmSync(file, { recursive: true, force: true });
  }
}
