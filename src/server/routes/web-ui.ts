import type { FastifyReply, FastifyRequest } from "fastify";
import { CovalentError } from "../../model/errors.ts";
import type { App } from "../services.ts";
import type { UiFile } from "../web-ui/ui-file.ts";
import { createWebUi, UI_FILES, UI_PAGES } from "../web-ui/web-ui.ts";

/**
 * Only the UI's own files run and only this server is talked to: nothing injected can run or report anywhere. Styles of elements are
 * set by the UI's components themselves.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The web UI's pages and files. */
export function webUiRoutes(app: App): void {
  const ui = createWebUi();
  for (const url of UI_PAGES) {
    app.get(url, { schema: { hide: true } }, async (request, reply) =>
      sendFile(await ui.document(), request, reply),
    );
  }
  app.get(UI_FILES, { schema: { hide: true } }, async (request, reply) => {
    const path = (request.params as { readonly "*": string })["*"];
    const file = await ui.file(path);
    if (file === undefined)
      throw new CovalentError("ROUTE_NOT_FOUND", { method: request.method, url: request.url });
    return sendFile(file, request, reply);
  });
}

function sendFile(
  { type, bytes, gzipped, cacheControl }: UiFile,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  reply.headers({
    "content-type": type,
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": cacheControl,
    vary: "accept-encoding",
  });
  const packed = gzipped !== undefined && /\bgzip\b/.test(headers["accept-encoding"] ?? "");
  return packed ? reply.header("content-encoding", "gzip").send(gzipped) : reply.send(bytes);
}
