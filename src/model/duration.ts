import { CovalentError } from "./errors.ts";

/** Milliseconds as a number, or a number with a unit: `"250ms"`, `"30s"`, `"10m"`, `"2h"`, `"1d"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * A duration in milliseconds.
 *
 * @throws {CovalentError} `INVALID_DURATION` when it is negative, not finite or has no known unit.
 * @example
 * parseDuration("1.5m"); // 90000
 */
export function parseDuration(duration: Duration): number {
  if (typeof duration === "number" && Number.isFinite(duration) && duration >= 0) return duration;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(String(duration).trim());
  const [, amount, unit] = match ?? [];
  if (amount === undefined || unit === undefined) {
    throw new CovalentError("INVALID_DURATION", { duration: String(duration) });
  }
  return Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

/** A duration for people: `840 ms`, `12.3 s`, `4m 05s`, `2h 10m`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes}m ${String(Math.floor((ms % 60_000) / 1_000)).padStart(2, "0")}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, "0")}m`;
}
