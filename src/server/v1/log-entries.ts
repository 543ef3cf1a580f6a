/** One entry of the server's log, as the original's web UI shows it. */
export interface LogEntry {
  /** `2022-06-13 07:45:02.114000` in UTC; `null` for what has none. */
  readonly log_date: string | null;
  readonly status: string;
  readonly message: string;
}

const LEVELS: Readonly<Record<number, string>> = {
  10: "TRACE",
  20: "DEBUG",
  30: "INFO",
  40: "WARNING",
  50: "ERROR",
  60: "CRITICAL",
};

/** Lines of the original's own log, which may precede ours in one file. */
const ORIGINAL = /^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3})\] \[([A-Z]+)\] ?(.*)$/;

/** The entries of a log. A line that is none belongs to the entry before it, as the lines of a stack do. */
export function logEntries(text: string): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const entry = fromJson(line) ?? fromOriginal(line);
    const before = entries.at(-1);
    if (entry !== undefined) entries.push(entry);
    else if (before === undefined) entries.push({ log_date: null, status: "INFO", message: line });
    else entries[entries.length - 1] = { ...before, message: `${before.message}\n${line}` };
  }
  return entries;
}

function fromOriginal(line: string): LogEntry | undefined {
  const [, seconds, millis, status = "", message = ""] = ORIGINAL.exec(line) ?? [];
  if (seconds === undefined) return undefined;
  return { log_date: `${seconds}.${millis}000`, status, message };
}

/** What stands elsewhere in an entry, or is the same in all. */
const PLACED: ReadonlySet<string> = new Set(["level", "time", "pid", "hostname", "msg", "err"]);

function fromJson(line: string): LogEntry | undefined {
  if (!line.startsWith("{")) return undefined;
  let entry: Readonly<Record<string, unknown>>;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined;
  }
  const at = new Date(Number(entry.time));
  if (Number.isNaN(at.getTime())) return undefined;
  const rest = Object.entries(entry)
    .filter(([name]) => !PLACED.has(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return {
    log_date: at.toISOString().replace("T", " ").replace("Z", "000"),
    status: LEVELS[Number(entry.level)] ?? "INFO",
    message: [[entry.msg ?? "", ...rest].join("  "), ...stackOf(entry.err)].join("\n"),
  };
}

function stackOf(error: unknown): string[] {
  return typeof error === "object" && error !== null && "stack" in error ? [String(error.stack)] : [];
}
