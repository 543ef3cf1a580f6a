import type { LookupAddress } from "node:dns";
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { CovalentError } from "../model/errors.ts";
import { errorFromAnswer } from "./error-answer.ts";

/**
 * Requests to one server over connections that all transports of the process share, and that are closed when nobody has used them
 * for a while: as many clients as one likes cost no more than one. It is node:http and not fetch: half the latency of small
 * requests, and no time limit that would end an event stream which has nothing to tell.
 */
export interface Transport {
  readonly url: string;
  /** The answer, its body unread. @throws {CovalentError} the server's own error, or `SERVER_UNREACHABLE`. */
  open(request: ClientRequest): Promise<IncomingMessage>;
  bytes(request: ClientRequest): Promise<Uint8Array>;
  /** The answer's JSON; its shape is what the server promises for that route. */
  json<T>(request: ClientRequest): Promise<T>;
}

export interface ClientRequest {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** With query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array | string>;
  readonly signal?: AbortSignal;
  /** True for a POST that changes nothing: it may be sent again. The other methods may anyway, unless their body is a stream. */
  readonly repeatable?: boolean;
  /** Milliseconds without a byte after which the connection counts as lost; never when absent. */
  readonly idleMs?: number;
}

/** Idle connections hold no process back, and are none too many for the server. */
const KEPT = { keepAlive: true, maxFreeSockets: 16, timeout: 4_000 };

/**
 * Each address of a name is given time. A client that is busy itself would otherwise take a server for one that is not there: Node
 * gives up after 250 ms. For every request, as what cannot be sent twice goes past the agents.
 */
const PATIENT = { autoSelectFamilyAttemptTimeout: 10_000 };

const AGENTS = { "http:": new HttpAgent(KEPT), "https:": new HttpsAgent(KEPT) };

export function createTransport({
  url,
  token,
}: {
  readonly url: string;
  readonly token?: string;
}): Transport {
  const base = new URL(url);
  const secure = base.protocol === "https:";
  const send = sender(secure ? httpsRequest : httpRequest, {
    agent: AGENTS[secure ? "https:" : "http:"],
    host: base.hostname.replace(/^\[|\]$/g, ""),
    port: base.port,
    ...PATIENT,
    ...(base.hostname === "localhost" && { lookup: lookupLocalhost }),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const open = async (request: ClientRequest): Promise<IncomingMessage> => {
    const answer = await send(request).catch((error) => {
      throw unreachable(url, error, request.signal);
    });
    if ((answer.statusCode ?? 0) < 400) return answer;
    throw errorFromAnswer(`${request.method} ${request.path}`, answer.statusCode ?? 0, await buffer(answer));
  };
  const bytes = async (request: ClientRequest): Promise<Buffer> => {
    const answer = await open(request);
    return buffer(answer).catch((error) => {
      throw unreachable(url, error, request.signal);
    });
  };
  return {
    url,
    open,
    bytes,
    json: async <T>(request: ClientRequest) => JSON.parse((await bytes(request)).toString("utf8")) as T,
  };
}

const IPV4: LookupAddress = { address: "127.0.0.1", family: 4 };
const IPV6: LookupAddress = { address: "::1", family: 6 };

/** This machine's name for itself needs no look-up in a thread, which would take longer than a small request. */
const lookupLocalhost: LookupFunction = (_hostname, { all }, found) => {
  if (all) found(null, [IPV4, IPV6]);
  else found(null, IPV4.address, IPV4.family);
};

/** What cannot be sent twice gets a connection of its own: a kept one may just have been closed by the server. */
function isRepeatable({ method, body, repeatable = method !== "POST" }: ClientRequest): boolean {
  return repeatable && typeof body !== "object";
}

type Send = (request: ClientRequest) => Promise<IncomingMessage>;

function sender(start: typeof httpRequest, options: RequestOptions): Send {
  return async (request) => {
    if (!isRepeatable(request)) return sendOnce(start, { ...options, agent: false }, request);
    const attempt = () => sendOnce(start, options, request);
    return attempt().catch((error) => {
      if (!(error instanceof StaleConnection)) throw error;
      // The server closed a kept connection just as it was used again: nothing was handled, a new connection will do. Where there
      // is none to be had, the server has gone a moment ago: that is not the same as no server.
      return attempt().catch((cause) => {
        throw new Error("the connection was lost", { cause });
      });
    });
  };
}

class StaleConnection extends Error {}

function sendOnce(
  start: typeof httpRequest,
  options: RequestOptions,
  wanted: ClientRequest,
): Promise<IncomingMessage> {
  const { method, path, body, signal, idleMs } = wanted;
  return new Promise((resolve, reject) => {
    const headers = { ...options.headers, ...wanted.headers };
    const request = start({ ...options, method, path, headers, ...(signal && { signal }) });
    if (idleMs !== undefined)
      request.setTimeout(idleMs, () => request.destroy(new Error(`nothing came for ${idleMs} ms`)));
    request.on("error", (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(stale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    request.once("response", resolve);
    if (typeof body === "object") {
      const source = Readable.from(body, { objectMode: false });
      source.once("error", (error) =>
        request.destroy(new BodyFailed("the body could not be made", { cause: error })),
      );
      // An answer before the body's end is a refusal: the rest need not be sent.
      request.once("response", (answer) => {
        if (!source.readableEnded) answer.once("end", () => request.destroy());
        source.destroy();
      });
      request.once("close", () => source.destroy());
      source.pipe(request);
    } else {
      request.end(body);
    }
  });
}

/** The caller's own body failed: its error is the caller's, not the server's. */
class BodyFailed extends Error {}

function unreachable(url: string, error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof BodyFailed) return error.cause;
  if (error instanceof CovalentError) return error;
  return new CovalentError("SERVER_UNREACHABLE", { url }, { cause: error });
}
