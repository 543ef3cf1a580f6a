import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import { freePort } from "./free-port.ts";

/** A database server on this machine's loopback, with data that are thrown away. */
export interface DatabaseServer extends AsyncDisposable {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The directory of its socket. */
  readonly directory: string;
  /** Resolves when it answers no more. */
  stop(): Promise<void>;
  /** On the same port, with the same data. */
  start(): Promise<void>;
}

const USER = "ada";
const PASSWORD = "s3cret/of:the?tests";
/** Its certificate is for localhost, and signed by itself. */
export const CERTIFICATE = fileURLToPath(new URL("../fixtures/tls/localhost.crt", import.meta.url));
const KEY = fileURLToPath(new URL("../fixtures/tls/localhost.key", import.meta.url));

/** For the names of suites, so that nobody takes a skipped one for a passed one. In CI they have to be there. */
export const databaseServers = {
  postgres: { missing: !process.env.CI && directoryOf("initdb") === undefined },
  mariadb: { missing: !process.env.CI && directoryOf("mariadb-install-db") === undefined },
};

/** A Postgres that wants a password, and speaks TLS. */
export async function startPostgres(): Promise<DatabaseServer> {
  const bin = installed("initdb");
  const directory = temporary();
  const data = join(directory, "data");
  const user = unprivileged();
  const passwordFile = join(directory, "password");
  writeFileSync(passwordFile, PASSWORD);
  const initdb = ["-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", passwordFile, "--no-sync"];
  run(join(bin, "initdb"), initdb, user);
  for (const [file, name] of [
    [KEY, "server.key"],
    [CERTIFICATE, "server.crt"],
  ] as const)
    copyFileSync(file, join(data, name));
  if (user !== undefined)
    for (const name of ["server.key", "server.crt"]) chownSync(join(data, name), user.uid, user.gid);
  run("chmod", ["600", join(data, "server.key")], user);
  const port = await freePort();
  const settings = ["-c", "ssl=on", "-c", "fsync=off"];
  const parameters = ["-D", data, "-p", String(port), "-k", directory, "-h", "127.0.0.1", ...settings];
  return serverOf(
    () => spawn(join(bin, "postgres"), parameters, { stdio: "ignore", ...user }),
    loginToPostgres,
    "SIGINT",
    {
      port,
      user: USER,
      directory,
    },
  );
}

/** A MariaDB whose user may do anything from this machine, with a password. */
export async function startMariaDb(): Promise<DatabaseServer> {
  const bin = installed("mariadb-install-db");
  const directory = temporary();
  const data = join(directory, "data");
  mkdirSync(data);
  const user = unprivileged();
  if (user !== undefined) chownSync(data, user.uid, user.gid);
  const common = ["--no-defaults", `--datadir=${data}`];
  run(join(bin, "mariadb-install-db"), [...common, "--auth-root-authentication-method=normal"], user);
  const initial = join(directory, "first.sql");
  writeFileSync(
    initial,
    `CREATE DATABASE IF NOT EXISTS runs;\nCREATE OR REPLACE USER '${USER}'@'%' IDENTIFIED BY '${PASSWORD}';\nGRANT ALL ON *.* TO '${USER}'@'%';\n`,
  );
  const port = await freePort();
  const socket = join(directory, "mariadb.sock");
  const network = [`--port=${port}`, "--bind-address=127.0.0.1", `--socket=${socket}`, "--skip-name-resolve"];
  const parameters = [...common, ...network, `--pid-file=${directory}/pid`, `--init-file=${initial}`];
  return serverOf(
    () => spawn(installedFile("mariadbd"), parameters, { stdio: "ignore", ...user }),
    loginToMariaDb,
    "SIGTERM",
    {
      port,
      user: USER,
      directory,
    },
  );
}

async function serverOf(
  launch: () => ChildProcess,
  login: (port: number) => Promise<void>,
  farewell: NodeJS.Signals,
  { port, user, directory }: Pick<DatabaseServer, "port" | "user" | "directory">,
): Promise<DatabaseServer> {
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (child === undefined) return;
    const ended = child.exitCode === null ? once(child, "exit") : undefined;
    child.kill(farewell);
    await ended;
    child = undefined;
  };
  const start = async (): Promise<void> => {
    child = launch();
    await ready(() => login(port), child);
  };
  await start();
  return {
    port,
    user,
    password: PASSWORD,
    directory,
    stop,
    start,
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), "covalent-database-"));
  const user = unprivileged();
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  return directory;
}

/** Database servers refuse to run as root: then they run as nobody. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
}

/** Debian has servers' programs where no PATH leads. */
function directoryOf(program: string): string | undefined {
  const postgres = "/usr/lib/postgresql";
  const versions = existsSync(postgres)
    ? readdirSync(postgres).map((name) => join(postgres, name, "bin"))
    : [];
  const directories = [...(process.env.PATH ?? "").split(delimiter), ...versions, "/usr/sbin"];
  return directories.find((directory) => existsSync(join(directory, program)));
}

function installed(program: string): string {
  const directory = directoryOf(program);
  if (directory === undefined) throw new Error(`there is no ${program} on this machine`);
  return directory;
}

const installedFile = (program: string): string => join(installed(program), program);

function run(
  program: string,
  parameters: readonly string[],
  user: { readonly uid: number; readonly gid: number } | undefined,
): void {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: "utf8", ...user });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stdout + stderr}`);
}

const PATIENCE_MS = 60_000;

/** Waits until somebody can log in: a server that accepts connections may still be starting. */
async function ready(login: () => Promise<unknown>, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await login();
      return;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > deadline)
        throw new Error(`${child.spawnfile} did not start`, { cause: error });
      await pause(20);
    }
  }
}

async function loginToPostgres(port: number): Promise<void> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: USER,
    password: PASSWORD,
    database: "postgres",
  });
  await client.connect();
  await client.end();
}

async function loginToMariaDb(port: number): Promise<void> {
  const connection = await createConnection({ host: "127.0.0.1", port, user: USER, password: PASSWORD });
  await connection.end();
}
