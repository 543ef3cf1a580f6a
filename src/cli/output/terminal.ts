import type { Writable } from "node:stream";
import picocolors from "picocolors";
import { toJson } from "./json.ts";

export type Colors = ReturnType<typeof picocolors.createColors>;

/** How a command speaks. With `--json`, standard output holds one JSON document and everything else goes to standard error. */
export interface Terminal {
  readonly json: boolean;
  /** True when a person watches: progress may move about. */
  readonly interactive: boolean;
  readonly width: number;
  readonly colors: Colors;
  /** What was asked for, for people; nothing under --json. */
  print(text: string): void;
  /** What was asked for, as the one JSON document; nothing without --json. */
  data(document: unknown): void;
  /** Text as it is, with or without `--json`: what moves, and documents that are many. */
  write(text: string): void;
  /**
   * From here on, what anything else in this process prints to standard output goes to standard error. Users' modules are
   * evaluated in this process, and may print what they like.
   */
  keepOthersOut(): void;
  /** What is good to know besides; standard error. */
  note(text: string): void;
}

export interface TerminalOptions {
  readonly json: boolean;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function createTerminal({ json, stdout, stderr, env }: TerminalOptions): Terminal {
  const write = stdout.write.bind(stdout);
  const interactive = stdout.isTTY === true && !json && env.TERM !== "dumb";
  return {
    json,
    interactive,
    width: stdout.columns || 100,
    colors: picocolors.createColors(interactive && (env.NO_COLOR ?? "") === ""),
    print: (text) => {
      if (!json) write(`${text}\n`);
    },
    data: (document) => {
      if (json) write(`${JSON.stringify(toJson(document), null, 2)}\n`);
    },
    write: (text) => {
      write(text);
    },
    keepOthersOut: () => {
      stdout.write = stderr.write.bind(stderr);
    },
    note: (text) => {
      stderr.write(`${text}\n`);
    },
  };
}
