import { printable } from "./output/printable.ts";
import type { Terminal } from "./output/terminal.ts";

/**
 * What commands about a database say. Commands that people are told to paste name the database that they are about: whoever gave
 * `--database` to one command means the same file by the next.
 */

/** What a command has to end in to mean a database, with a space before; nothing for the configured one. */
export function commandOptionsFor(database: string | undefined): string {
  return database === undefined ? "" : ` --database ${quoted(database)}`;
}

/**
 * A terminal for `covalent db …`. It adds the `--database` of its command line to every command in what is said, and takes out what
 * a terminal would obey, wherever the output goes: a database may come from anywhere, and has names in it.
 *
 * @example
 * // covalent db doctor --database x.sqlite
 * forDatabase(terminal, argv).print("Run `covalent db migrate`."); // Run `covalent db migrate --database x.sqlite`.
 */
export function forDatabase(terminal: Terminal, argv: readonly string[]): Terminal {
  if (argv[0] !== "db") return terminal;
  const options = commandOptionsFor(databaseIn(argv));
  const { colors, noteColors } = terminal;
  return {
    ...terminal,
    print: (text) => terminal.print(printable(completed(text, options), colors.isColorSupported)),
    note: (text) => terminal.note(printable(completed(text, options), noteColors.isColorSupported)),
    data: (document) => terminal.data(completedIn(document, options)),
  };
}

/** These are about no file. */
const COMMAND = /`(covalent db (?!heads\b|show\b|sql\b)[^`]*)`/g;
/** At the end of a sentence, where it stands without quotes. */
const STAMP = /(?<=: )covalent db stamp [0-9a-f]{12}\b/g;

function completed(text: string, options: string): string {
  if (options === "") return text;
  return text
    .replaceAll(COMMAND, (whole, command: string) =>
      command.includes("--database") ? whole : `\`${command}${options}\``,
    )
    .replaceAll(STAMP, (command) => command + options);
}

function completedIn(value: unknown, options: string): unknown {
  if (options === "") return value;
  if (typeof value === "string") return completed(value, options);
  if (Array.isArray(value)) return value.map((one) => completedIn(one, options));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, completedIn(inner, options)]));
}

function databaseIn(argv: readonly string[]): string | undefined {
  const at = argv.findLastIndex((word) => word === "--database" || word.startsWith("--database="));
  const word = argv[at];
  return word === "--database" ? argv[at + 1] : word?.slice("--database=".length);
}

/** As it would be typed into a shell. */
function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
