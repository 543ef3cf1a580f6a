import { loadConfig } from "../config/config.ts";
import type { Environment } from "../config/locations.ts";
import { CovalentError } from "../model/errors.ts";
import { serverAddress } from "./server-address.ts";

/** Where a program's calls go. */
export interface ServerTarget {
  readonly url: string;
  readonly token?: string;
}

/**
 * The server that a program talks to: what it says itself, else the same that `covalent status` finds.
 *
 * @throws {CovalentError} `CONFIG_INVALID`, `INVALID_ARGUMENT` when the given url is none
 * @example
 * createClient(findServer()); // the server that runs on this machine
 */
export function findServer(
  given: { readonly url?: string; readonly token?: string } = {},
  env: Environment = process.env,
): ServerTarget {
  const config = loadConfig({ env });
  const { url = serverAddress(config), token = config.values.dispatcher.token } = given;
  checkUrl(url);
  return token === "" ? { url } : { url, token };
}

function checkUrl(url: unknown): void {
  if (typeof url === "string" && /^https?:\/\//i.test(url) && URL.canParse(url)) return;
  const example = '"http://localhost:48008"';
  throw new CovalentError("INVALID_ARGUMENT", {
    reason: `the option url must be the address of a server such as ${example}, not ${JSON.stringify(url) ?? typeof url}`,
  });
}
