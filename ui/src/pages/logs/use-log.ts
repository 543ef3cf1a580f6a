import { useEffect, useState } from "react";
import { answerOf, api } from "../../api/client.ts";
import { useLive } from "../../hooks/live.ts";
import type { LogSearch } from "./search.ts";

export interface LogLine {
  /** Its place among the lines that were read. */
  readonly key: number;
  readonly at: string | null;
  readonly level: string;
  readonly message: string;
}

export interface ShownLog {
  /** Newest first; `undefined` before the first answer. */
  readonly lines: readonly LogLine[] | undefined;
  readonly error: Error | undefined;
}

/** More lines are not kept. */
const SHOWN = 1_000;

/** The lines of the server's log that a search finds: what there is, and what is added while `follow`. */
export function useLog({ level, text, dispatch }: LogSearch, follow: boolean): ShownLog {
  const live = useLive();
  const [shown, setShown] = useState<ShownLog>({ lines: undefined, error: undefined });
  useEffect(() => {
    const reader = new LogReader({ level, text, dispatch }, setShown);
    void reader.read();
    const stop = follow ? live.follow("log=true", () => void reader.read()) : undefined;
    return () => {
      stop?.();
      reader.close();
    };
  }, [live, level, text, dispatch, follow]);
  return shown;
}

/** Reads each line once. */
class LogReader {
  readonly #search: LogSearch;
  readonly #shown: (shown: ShownLog) => void;
  #lines: readonly LogLine[] = [];
  #next: number | undefined;
  #count = 0;
  #reading: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(search: LogSearch, shown: (shown: ShownLog) => void) {
    this.#search = search;
    this.#shown = shown;
  }

  async read(): Promise<void> {
    this.#again = true;
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  close(): void {
    this.#closed = true;
  }

  async #readAll(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#readNext();
      }
    } catch (error) {
      const shown = { lines: this.#lines, error: error instanceof Error ? error : new Error(String(error)) };
      if (!this.#closed) this.#shown(shown);
    }
  }

  async #readNext(): Promise<void> {
    const { level, text, dispatch } = this.#search;
    const query = {
      ...(this.#next !== undefined && { after: this.#next }),
      ...(level && { level }),
      ...(text && { search: text }),
      ...(dispatch && { dispatch_id: dispatch }),
      count: SHOWN,
    };
    const { entries, next, restarted } = await answerOf(api.GET("/api/v2/logs", { params: { query } }));
    if (this.#closed) return;
    const before = restarted ? [] : this.#lines;
    const added = entries.map((entry) => ({ ...entry, key: this.#count++ })).reverse();
    this.#lines = [...added, ...before].slice(0, SHOWN);
    this.#next = next;
    this.#shown({ lines: this.#lines, error: undefined });
  }
}
