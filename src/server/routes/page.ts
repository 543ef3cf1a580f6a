import { PAGE, PAGE_POLICY } from "../page/page.ts";
import type { App } from "../services.ts";

/** The page at the server's address. */
export function pageRoutes(app: App): void {
  app.get("/", { schema: { hide: true } }, (_request, reply) =>
    reply
      .headers({
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": PAGE_POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
      })
      .send(PAGE),
  );
}
