import { loadConfig } from "../config/config.ts";
import type { Environment } from "../config/locations.ts";
import { serverAddress } from "./server-address.ts";

/** Where a program's calls go. */
export interface ServerTarget {
  readonly url: string;
  readonly token?: string;
}

/**
 * The server that a program talks to: what it says itself, else the same that `covalent status` finds.
 *
 * @throws {CovalentError} `CONFIG_INVALID`
 * @example
 * createClient(findServer()); // the server that runs on this machine
 */
export function findServer(
  given: { readonly url?: string; readonly token?: string } = {},
  env: Environment = process.env,
): ServerTarget {
  const config = loadConfig({ env });
  const { url = serverAddress(config), token = config.values.dispatcher.token } = given;
  return token === "" ? { url } : { url, token };
}
