import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORT = "48008";

/**
 * The server's address: what the environment says, else the running server's state file, else the configuration file, else
 * port 48008 of this machine.
 */
export async function serverUrl(env: Environment = process.env): Promise<string> {
  const { COVALENT_DISPATCHER_ADDR: host, COVALENT_SVC_PORT: port } = env;
  if (host || port) return urlOf(host || "localhost", port || DEFAULT_PORT);
  return (await runningServer(env)) ?? (await configuredServer(env)) ?? urlOf("localhost", DEFAULT_PORT);
}

async function runningServer(env: Environment): Promise<string | undefined> {
  const cache = env.COVALENT_CACHE_DIR || join(env.XDG_CACHE_HOME || join(homeOf(env), ".cache"), "covalent");
  const state = await parsedFile(join(cache, "server.json"), JSON.parse);
  return typeof state?.url === "string" ? state.url : undefined;
}

async function configuredServer(env: Environment): Promise<string | undefined> {
  const directory =
    env.COVALENT_CONFIG_DIR || join(env.XDG_CONFIG_DIR || join(homeOf(env), ".config"), "covalent");
  const config = await parsedFile(join(directory, "covalent.conf"), parse);
  const { address, port } = asRecord(config?.dispatcher);
  if (address === undefined && port === undefined) return undefined;
  return urlOf(String(address ?? "localhost"), String(port ?? DEFAULT_PORT));
}

/** A file that is not there, or not what it should be, says nothing: the next source does. */
async function parsedFile(
  path: string,
  parser: (text: string) => unknown,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return asRecord(parser(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function homeOf(env: Environment): string {
  return env.HOME || homedir();
}

/** The original takes an address with or without a scheme. */
function urlOf(host: string, port: string): string {
  const url = new URL(
    /^https?:\/\//.test(host)
      ? host
      : `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}`,
  );
  if (url.port === "") url.port = port;
  return url.origin;
}
