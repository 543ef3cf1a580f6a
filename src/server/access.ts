import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { CovalentError } from "../model/errors.ts";
import { UI_FILES, UI_PAGES } from "./web-ui/web-ui.ts";

/**
 * Who may talk to the server. It runs people's code, so:
 *
 * - bound to loopback, it answers only requests to a loopback name (no page can reach it by rebinding a name of its own) and,
 *   when a browser says which page asks, only its own pages;
 * - bound to anything else, it needs a token;
 * - with a token, wherever it is bound, every request has to bring it: but for the sign of life, and for the files of the web
 *   UI, which say nothing of the server and ask their reader for the token.
 */
export interface Bound {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]", "::1"]);

/** True when only programs of this machine can connect to an address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host.toLowerCase());
}

/** Routes that say nothing worth a token. */
const OPEN: ReadonlySet<string> = new Set(["/healthz", UI_FILES, ...UI_PAGES]);

/**
 * Makes the check that each request passes before anything of it is read.
 *
 * @throws {CovalentError} `FORBIDDEN_ORIGIN`, `UNAUTHORIZED`; at once `INVALID_ARGUMENT` when a token is needed and none is given.
 */
export function accessCheck(bound: Bound, token: string | undefined) {
  const sameMachine = isLoopback(bound.host);
  const expected = token ? sha256(token) : undefined;
  if (!sameMachine && expected === undefined) {
    throw new CovalentError("INVALID_ARGUMENT", {
      reason: `a server that listens on ${bound.host} needs a token: anyone who reaches it can run code`,
    });
  }
  return (headers: IncomingHttpHeaders, route: string): void => {
    if (sameMachine) checkSameMachine(headers);
    if (expected !== undefined && !OPEN.has(route)) checkToken(headers.authorization, expected);
  };
}

function checkSameMachine(headers: IncomingHttpHeaders): void {
  const host = headers.host?.toLowerCase() ?? "";
  if (!isLoopback(hostName(host)))
    throw new CovalentError("FORBIDDEN_ORIGIN", { origin: host || "an unnamed host" });
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) {
    throw new CovalentError("FORBIDDEN_ORIGIN", { origin });
  }
}

function hostName(host: string): string {
  return /^(\[[0-9a-f:]+\]|[^:]*)(?::\d{1,5})?$/.exec(host)?.[1] ?? "";
}

function checkToken(authorization: string | undefined, expected: Buffer): void {
  const given = /^bearer (.+)$/i.exec(authorization ?? "")?.[1] ?? "";
  // Digests have one length, so that the comparison takes as long for every token.
  if (!timingSafeEqual(sha256(given), expected)) throw new CovalentError("UNAUTHORIZED");
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
