import { open } from "node:fs/promises";
import * as z from "zod";
import type { App, Services } from "../services.ts";
import { type LogEntry, logEntries } from "../v1/log-entries.ts";

/** Least first. */
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;

const query = z.object({
  /** Where an earlier answer ended (`next`): only what was logged behind it. */
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  /** This level and worse. */
  level: z.enum(LEVELS).default("TRACE"),
  /** Part of the text. */
  search: z.string().max(200).default(""),
  /** The beginning of the id of a dispatch that is spoken of. */
  dispatch_id: z.string().max(64).default(""),
  /** The newest so many. */
  count: z.coerce.number().int().min(1).max(5_000).default(500),
});
const entry = z.object({
  /** `null` for a line that has no time. */
  at: z.iso.datetime().nullable(),
  level: z.string(),
  message: z.string(),
});
const answer = z.object({
  /** In the order in which they were logged. */
  entries: z.array(entry),
  /** The position in the file that these reach to. */
  next: z.int(),
  /** The file is another one than `after` was of: these are not what follows, but what there is. */
  restarted: z.boolean(),
});

/** Bytes: what is looked through of a long log is its end. */
const LOOKED_THROUGH = 8 * 1024 * 1024;

/** The server's log, as far as it has been written; `GET /api/v2/events?log=true` tells when there is more. */
export function serverLogRoutes(app: App, { logFile }: Services): void {
  app.get(
    "/api/v2/logs",
    {
      schema: {
        tags: ["server"],
        querystring: query,
        summary: "The server's log",
        response: { 200: answer },
      },
    },
    async (request) => {
      const wanted = request.query;
      const { text, next, restarted } = await readFrom(logFile, wanted.after);
      const found = logEntries(text).filter((one) => isWanted(one, wanted));
      return { entries: found.slice(-wanted.count).map(shown), next, restarted };
    },
  );
}

function isWanted(
  { status, message }: LogEntry,
  { level, search, dispatch_id }: z.output<typeof query>,
): boolean {
  const rank = (LEVELS as readonly string[]).indexOf(status.toUpperCase());
  // A level that is none of ours is shown: nobody knows how bad it is.
  if (rank !== -1 && rank < LEVELS.indexOf(level)) return false;
  if (dispatch_id !== "" && !message.includes(dispatch_id)) return false;
  return message.toLowerCase().includes(search.toLowerCase());
}

function shown({ log_date, status, message }: LogEntry): z.output<typeof entry> {
  const time = log_date === null ? Number.NaN : Date.parse(`${log_date.replace(" ", "T")}Z`);
  return { at: Number.isNaN(time) ? null : new Date(time).toISOString(), level: status, message };
}

interface Read {
  readonly text: string;
  readonly next: number;
  readonly restarted: boolean;
}

/** Complete lines behind a position: what a line goes on with is read with its end. */
async function readFrom(path: string | undefined, after: number | undefined): Promise<Read> {
  const file = path === undefined ? undefined : await open(path, "r").catch(() => undefined);
  if (file === undefined) return { text: "", next: 0, restarted: after !== undefined && after > 0 };
  try {
    const { size } = await file.stat();
    const restarted = after !== undefined && after > size;
    const earliest = Math.max(0, size - LOOKED_THROUGH);
    const start = after === undefined || restarted ? earliest : Math.max(after, earliest);
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    const bytes = buffer.subarray(0, bytesRead);
    const end = bytes.lastIndexOf("\n") + 1;
    // In the middle of a file it begins in the middle of a line, unless an earlier answer ended there.
    const begin = start > 0 && start !== after ? bytes.indexOf("\n") + 1 : 0;
    return { text: bytes.toString("utf8", begin, Math.max(begin, end)), next: start + end, restarted };
  } finally {
    await file.close();
  }
}
