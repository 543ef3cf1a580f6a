/**
 * The typed client of the server's HTTP interface: paths, parameters and answers are those of `schema.d.ts`, which is made of the
 * server's own routes. A token that the server wants travels in a header, never in an address, which would be logged.
 */
import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./schema.d.ts";
import { noteServerClock } from "./server-clock.ts";
import { refuseToken, token } from "./token.ts";

/** What the server said went wrong. */
export class ServerError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly status: number;

  constructor(
    status: number,
    said: { readonly detail?: string; readonly code?: string; readonly hint?: string },
  ) {
    super(said.detail ?? `The server answered with status ${status}.`);
    this.name = "ServerError";
    this.code = said.code ?? "UNKNOWN";
    this.hint = said.hint;
    this.status = status;
  }
}

const access: Middleware = {
  onRequest({ request }) {
    const given = token();
    if (given !== undefined) request.headers.set("authorization", `Bearer ${given}`);
    return request;
  },
  async onResponse({ request, response }) {
    noteServerClock(response.headers.get("date"));
    if (response.ok) return response;
    if (response.status === 401) refuseToken(request.headers.get("authorization")?.slice("Bearer ".length));
    throw new ServerError(response.status, await response.json().catch(() => ({})));
  },
  onError() {
    return new ServerError(0, {
      detail: "The server cannot be reached.",
      code: "SERVER_UNREACHABLE",
      hint: "It is asked again as soon as it is back: `covalent status` says how it does.",
    });
  },
};

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  querySerializer: { array: { style: "form", explode: true } },
});
api.use(access);

/** The answer's body; failures were thrown before. */
export async function answerOf<T>(asked: Promise<{ readonly data?: T }>): Promise<T> {
  const { data } = await asked;
  if (data === undefined) throw new ServerError(200, { detail: "The server's answer is empty." });
  return data;
}

/** Bytes of the server that the documented routes do not describe, with the token. */
export async function fetchBytes(path: string, range?: string): Promise<Response> {
  const given = token();
  const headers: HeadersInit = {
    ...(given !== undefined && { authorization: `Bearer ${given}` }),
    ...(range !== undefined && { range }),
  };
  const response = await fetch(path, { headers });
  if (response.status === 401) refuseToken(given);
  if (!response.ok) throw new ServerError(response.status, await response.json().catch(() => ({})));
  return response;
}

/** The bytes from `start` up to `end`, fewer when there are no more. */
export async function fetchRange(path: string, start: number, end: number): Promise<Uint8Array> {
  const response = await fetchBytes(path, `bytes=${start}-${end - 1}`);
  return new Uint8Array(await response.arrayBuffer());
}
