/**
 * Times in the original's tables are texts, `2022-08-01 09:00:00.000001` in UTC, with or without the fraction. Ours have
 * milliseconds and are written in the same way, so that they sort among the others and the original reads them.
 */

const TEXT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?/;

/** Milliseconds since the epoch as the text for a DATETIME column. */
export function toDatetime(at: number): string {
  const second = Math.floor(at / 1_000);
  // Changes come by the thousand in the same second, and making a date costs as much as a statement.
  if (second !== last.second) last = { second, text: textOfSecond(second) };
  const milliseconds = String(Math.trunc(at) - second * 1_000).padStart(3, "0");
  return `${last.text}.${milliseconds}000`;
}

let last = { second: Number.NaN, text: "" };

function textOfSecond(second: number): string {
  return new Date(second * 1_000).toISOString().replace("T", " ").replace(".000Z", "");
}

/** An ISO 8601 time as the text for a DATETIME column; `null` when it is none. */
export function datetimeOfIso(iso: string | null | undefined): string | null {
  const at = Date.parse(iso ?? "");
  return Number.isNaN(at) ? null : toDatetime(at);
}

/**
 * The text of a DATETIME column as ISO 8601. What is no time stays as it is: values of old databases are shown, never mended.
 *
 * @example
 * toIso("2022-08-01 09:00:00.250001"); // "2022-08-01T09:00:00.250Z"
 */
export function toIso(text: string): string;
export function toIso(text: string | null): string | null;
export function toIso(text: string | null): string | null {
  const [, date, time, fraction = ""] = TEXT.exec(text ?? "") ?? [];
  if (date === undefined || time === undefined) return text;
  return `${date}T${time}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
}

/** The text of a DATETIME column as milliseconds since the epoch; `null` when it is no time. */
export function millisecondsOf(text: string): number | null {
  const at = Date.parse(toIso(text));
  return Number.isNaN(at) ? null : at;
}
