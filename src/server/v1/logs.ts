import { open } from "node:fs/promises";
import * as z from "zod";
import type { App, Services } from "../services.ts";
import { sortDirection, tags, word } from "./dashboard-answers.ts";
import { type LogEntry, logEntries } from "./log-entries.ts";

const query = z.object({
  /** 0 is all. */
  count: z.coerce.number().int().min(0).max(1e6).default(0),
  offset: z.coerce.number().int().min(0).max(1e9).default(0),
  sort_by: word(["log_date", "status"], "log_date"),
  search: z.string().max(200).default(""),
  sort_direction: sortDirection,
});
const entry = z.object({ log_date: z.string().nullable(), status: z.string(), message: z.string() });
const answer = z.object({ items: z.array(entry), total_count: z.int() });

/** Bytes: what is shown of a long log is its end. */
const SHOWN = 8 * 1024 * 1024;

/** The server's log. */
export function logRoutes(app: App, { logFile }: Services): void {
  const schema = { tags, querystring: query, summary: "The server's log", response: { 200: answer } };
  const read = (query: Query) => page(query, logFile);
  app.get("/api/v1/logs/", { schema }, (request) => read(request.query));
  app.get("/api/v1/logs", { schema: { ...schema, hide: true } }, (request) => read(request.query));
  app.get(
    "/api/v1/logs/download",
    { schema: { tags, summary: "The server's log as a file" } },
    async (_request, reply) => reply.type("text/plain; charset=utf-8").send(await endOf(logFile)),
  );
}

type Query = z.output<typeof query>;

async function page({ count, offset, sort_by: by, search, sort_direction }: Query, file: string | undefined) {
  const wanted = search.toLowerCase();
  const found = logEntries((await endOf(file)).toString("utf8")).filter(
    ({ message, status }) => message.toLowerCase().includes(wanted) || status.toLowerCase().includes(wanted),
  );
  const sign = sort_direction === "DESC" ? -1 : 1;
  found.sort((a, b) => sign * compared(a[by], b[by]));
  const items = found.slice(offset, count === 0 ? undefined : offset + count);
  return { items, total_count: found.length };
}

/** What has no time comes before all that has. */
function compared(a: LogEntry["log_date"], b: LogEntry["log_date"]): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}

/** From the beginning of a line on. */
async function endOf(file: string | undefined): Promise<Buffer> {
  const handle = file === undefined ? undefined : await open(file, "r").catch(() => undefined);
  if (handle === undefined) return Buffer.alloc(0);
  try {
    const { size } = await handle.stat();
    const start = Math.max(size - SHOWN, 0);
    const wanted = Buffer.alloc(size - start);
    const { bytesRead } = await handle.read(wanted, 0, wanted.length, start);
    const bytes = wanted.subarray(0, bytesRead);
    return start === 0 ? bytes : bytes.subarray(bytes.indexOf("\n") + 1);
  } finally {
    await handle.close();
  }
}
