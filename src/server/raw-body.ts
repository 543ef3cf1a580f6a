import type { FastifyRequest } from "fastify";
import type { App } from "./services.ts";

/** Leaves the bodies of a scope's routes unread, whatever their type: handlers take them from `request.raw`, chunk by chunk. */
export function acceptRawBodies(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
}

/** The chunks of a request's body. Whoever stops early leaves the connection open, so that the answer still arrives. */
export async function* rawBody(request: FastifyRequest): AsyncGenerator<Uint8Array, void> {
  // Not handed out itself: a stream that is made of it throws into it when it breaks, and it would destroy the request then.
  for await (const chunk of request.raw.iterator({ destroyOnReturn: false })) yield chunk;
}

/** How long a client may go on sending a body that has been answered already. */
const LEFTOVER_MS = 1_000;

/** Throws away what is left of a body behind its answer: unread, it would hold the connection open for ever. */
export function discardLeftovers(app: App): void {
  app.addHook("onResponse", async ({ raw }) => {
    if (raw.complete || raw.destroyed) return;
    const late = setTimeout(() => raw.destroy(), LEFTOVER_MS);
    raw.once("close", () => clearTimeout(late));
    // A reader that gave up in the middle of a chunk still listens, and while anybody does nothing flows.
    raw.removeAllListeners("readable");
    raw.on("data", () => undefined);
    raw.resume();
  });
}
