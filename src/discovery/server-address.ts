import { isIPv6 } from "node:net";
import type { Config } from "../config/config.ts";
import { runningServer } from "./state-file.ts";

/**
 * Where to ask: the server that runs on this machine, by its state file; else what is configured. An address or port given by a
 * variable or a flag is meant as it is said, unless it is the one that the running server was asked to take.
 *
 * @example
 * serverAddress(loadConfig({ env: process.env })); // "http://localhost:48008"
 */
export function serverAddress(config: Config): string {
  const { address, port } = config.values.dispatcher;
  const running = runningServer(config);
  if (running === undefined || isExplicit(config, "dispatcher.address")) return urlOf(address, port);
  const samePort = port === running.requestedPort || port === running.port;
  return samePort || !isExplicit(config, "dispatcher.port") ? running.url : urlOf(address, port);
}

/** The original takes an address with or without a scheme, and with a port of its own. */
function urlOf(address: string, port: number): string {
  const url = new URL(
    /^https?:\/\//.test(address) ? address : `http://${isIPv6(address) ? `[${address}]` : address}`,
  );
  if (url.port === "") url.port = String(port);
  return url.origin;
}

function isExplicit(config: Config, key: string): boolean {
  const from = config.origins.get(key)?.from;
  return from === "env" || from === "flag";
}
