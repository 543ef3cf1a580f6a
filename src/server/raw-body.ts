import type { App } from "./services.ts";

/** Leaves the bodies of a scope's routes unread, whatever their type: handlers take them from `request.raw`, chunk by chunk. */
export function acceptRawBodies(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
}
