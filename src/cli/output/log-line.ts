import type { Colors } from "./terminal.ts";

const LEVELS: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

/** Fields that every line has, or that stand elsewhere in it. */
const PLACED = new Set(["level", "time", "pid", "hostname", "msg", "dispatchId", "err"]);

/**
 * One line of the server's log for people: time, level, message, dispatch id and what else is known. Lines that are not JSON
 * (what a dying process wrote) stay as they are.
 *
 * @example
 * formatLogLine('{"level":30,"time":1767225600000,"msg":"the server is ready","url":"http://localhost:48008"}', colors);
 * // 2026-01-01 00:00:00.000  info   the server is ready  url=http://localhost:48008
 */
export function formatLogLine(line: string, colors: Colors): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  const level = LEVELS[Number(entry.level)] ?? String(entry.level);
  const rest = Object.entries(entry).filter(([name]) => !PLACED.has(name));
  const parts = [
    colors.dim(localTime(Number(entry.time))),
    paint(level, colors)(level.padEnd(5)),
    String(entry.msg ?? ""),
    ...(entry.dispatchId === undefined ? [] : [colors.cyan(String(entry.dispatchId))]),
    ...rest.map(([name, value]) =>
      colors.dim(`${name}=${typeof value === "string" ? value : JSON.stringify(value)}`),
    ),
  ];
  return [parts.join("  "), ...stackOf(entry.err)].join("\n");
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "object" && entry !== null && "time" in entry
      ? (entry as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function stackOf(error: unknown): readonly string[] {
  if (typeof error !== "object" || error === null || !("stack" in error)) return [];
  return String(error.stack)
    .split("\n")
    .map((line) => `    ${line}`);
}

function paint(level: string, colors: Colors): (text: string) => string {
  if (level === "error" || level === "fatal") return colors.red;
  return level === "warn" ? colors.yellow : colors.green;
}

/** `2026-01-31 14:05:09.120` in the time zone of whoever reads it. */
function localTime(time: number): string {
  const date = new Date(time);
  const shifted = new Date(time - date.getTimezoneOffset() * 60_000);
  return Number.isNaN(time) ? "" : shifted.toISOString().replace("T", " ").replace("Z", "");
}
