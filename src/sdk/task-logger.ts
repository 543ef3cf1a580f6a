import { inspect } from "node:util";

/** A task's own log. What it writes is part of the attempt's stdout (`debug`, `info`) or stderr (`warn`, `error`). */
export interface TaskLogger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

type Level = keyof TaskLogger;

/** Writes `2026-01-31T12:00:00.000Z INFO message key=value`, one line a message whatever is in it. */
export const lineLogger: TaskLogger = {
  debug: (message, fields) => write("debug", message, fields),
  info: (message, fields) => write("info", message, fields),
  warn: (message, fields) => write("warn", message, fields),
  error: (message, fields) => write("error", message, fields),
};

function write(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  const parts = Object.entries(fields).map(([key, value]) => `${key}=${shown(value)}`);
  const line = [new Date().toISOString(), level.toUpperCase(), message, ...parts].join(" ");
  const stream = level === "warn" || level === "error" ? process.stderr : process.stdout;
  stream.write(`${line.replaceAll(/\r?\n/g, "\\n")}\n`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, compact: true, depth: 4 });
}
