import type { Writable } from "node:stream";
import picocolors from "picocolors";
import { toJson } from "./json.ts";
import { escaped, printable } from "./printable.ts";

export type Colors = ReturnType<typeof picocolors.createColors>;

/** How a command speaks. With `--json`, standard output holds one JSON document and everything else goes to standard error. */
export interface Terminal {
  readonly json: boolean;
  /** True when a person watches: progress may move about. */
  readonly interactive: boolean;
  /** What texts are broken at. */
  readonly width: number;
  /** What a line must not be longer than; infinite where nobody watches, so that files get all of it. */
  readonly lineLimit: number;
  /** For what is printed. */
  readonly colors: Colors;
  /** For what is noted: standard error may be a file where standard output is a terminal, and the other way round. */
  readonly noteColors: Colors;
  /** What was asked for, for people; nothing under --json. */
  print(text: string): void;
  /** What was asked for, as the one JSON document; nothing without --json. */
  data(document: unknown): void;
  /** Text as it is, with or without `--json`: what moves, and documents that are many. Texts of users go through `printable`. */
  write(text: string): void;
  /** What a task has printed, to the stream that it was printed to. A terminal is not given what it would obey. */
  pass(stream: "stdout" | "stderr", text: string): void;
  /**
   * From here on, what anything else in this process prints to standard output goes to standard error. Users' modules are
   * evaluated in this process, and may print what they like.
   */
  keepOthersOut(): void;
  /** What is good to know besides; standard error. */
  note(text: string): void;
}

type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface TerminalOptions {
  readonly json: boolean;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function createTerminal({ json, stdout, stderr, env }: TerminalOptions): Terminal {
  const write = stdout.write.bind(stdout);
  const interactive = stdout.isTTY === true && !json && env.TERM !== "dumb";
  const colors = colorsFor(interactive, env);
  const noteColors = colorsFor(stderr.isTTY === true && env.TERM !== "dumb", env);
  const width = stdout.columns || 100;
  return {
    json,
    interactive,
    width,
    lineLimit: interactive ? width : Number.POSITIVE_INFINITY,
    colors,
    noteColors,
    print: (text) => {
      if (!json) write(`${asShownOn(stdout, text, colors)}\n`);
    },
    data: (document) => {
      if (json) write(`${escaped(JSON.stringify(toJson(document), null, 2))}\n`);
    },
    write: (text) => {
      write(text);
    },
    pass: (stream, text) => {
      if (stream === "stdout") write(asShownOn(stdout, text, colors));
      else stderr.write(asShownOn(stderr, text, noteColors));
    },
    keepOthersOut: () => {
      stdout.write = stderr.write.bind(stderr);
    },
    note: (text) => {
      stderr.write(`${asShownOn(stderr, text, noteColors)}\n`);
    },
  };
}

function colorsFor(terminal: boolean, env: TerminalOptions["env"]): Colors {
  return picocolors.createColors(terminal && (env.NO_COLOR ?? "") === "");
}

/** What a terminal would obey is taken out; a file or another program gets the text as it is. */
function asShownOn(output: Output, text: string, { isColorSupported }: Colors): string {
  return output.isTTY === true ? printable(text, isColorSupported) : text;
}
