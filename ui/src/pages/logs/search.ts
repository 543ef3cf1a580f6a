export const LEVELS = ["TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;
export type Level = (typeof LEVELS)[number];

/** What the address of the log says is shown; absent is the default. */
export interface LogSearch {
  /** This level and worse. */
  readonly level?: Level;
  readonly text?: string;
  /** The id of a dispatch, or its beginning. */
  readonly dispatch?: string;
}

/** Reads an address that anybody may have written. */
export function parseLogSearch({ level, text, dispatch }: Readonly<Record<string, unknown>>): LogSearch {
  return {
    ...(LEVELS.includes(level as Level) && { level: level as Level }),
    // An address holds texts that are numbers as numbers.
    ...(isText(text) && { text: String(text).slice(0, 200) }),
    ...(isText(dispatch) && { dispatch: String(dispatch).slice(0, 64) }),
  };
}

function isText(value: unknown): boolean {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}
