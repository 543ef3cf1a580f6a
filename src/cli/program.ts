import { Command, CommanderError, Option } from "commander";
import { CovalentError } from "../model/errors.ts";
import { VERSION } from "../version.ts";
import { addArchiveCommands } from "./archive-commands.ts";
import { addCacheCommands } from "./cache-commands.ts";
import type { Run } from "./command-context.ts";
import { addDatabaseCommands } from "./db-commands.ts";
import { forDatabase } from "./db-terminal.ts";
import { EXAMPLES, examples } from "./examples.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exit-code.ts";
import { printError } from "./output/error.ts";
import { createTerminal, type Terminal } from "./output/terminal.ts";
import { addServerCommands } from "./server-commands.ts";
import { addTriggerCommands } from "./trigger-commands.ts";
import { addWorkflowCommands } from "./workflow-commands.ts";

/**
 * Runs the command line and gives the exit code.
 *
 * @example
 * process.exitCode = await main(["status", "--json"]);
 */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  const { stdout, stderr, env } = process;
  const terminal = forDatabase(createTerminal({ json: argv.includes("--json"), stdout, stderr, env }), argv);
  const debug = argv.includes("--debug") || process.env.COVALENT_DEBUG === "1";
  let exitCode: ExitCode = EXIT.done;
  const run: Run = async (work) => {
    exitCode = (await work({ terminal, env: process.env, cwd: process.cwd(), debug })) ?? EXIT.done;
  };
  try {
    const program = createProgram(run, terminal);
    const [first = "--help", ...rest] = argv;
    const words = first === "help" ? helpWords(program, rest) : [first, ...rest];
    await program.parseAsync(words, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    const cause = error instanceof CommanderError ? usageError(error) : error;
    printError(terminal, cause, debug);
    return exitCodeOf(cause);
  }
}

function createProgram(run: Run, terminal: Terminal): Command {
  const program = new Command("covalent")
    .description("Run workflows of plain functions: durable, on this machine or on a cluster.")
    .helpCommand(false)
    // `covalent db history -v` is not `covalent -v`.
    .enablePositionalOptions()
    .version(
      `covalent ${VERSION} (Node ${process.versions.node}, ${process.platform} ${process.arch})`,
      "-v, --version",
    )
    .addHelpText("after", examples(EXAMPLES.covalent));
  addServerCommands(program, run);
  addWorkflowCommands(program, run);
  addArchiveCommands(program, run);
  addCacheCommands(program, run);
  addTriggerCommands(program, run);
  addDatabaseCommands(program, run);
  for (const command of [program, ...descendants(program)]) {
    if (command.commands.length === 0 || command === program) {
      command.addOption(new Option("--debug", "show the stack of an error").hideHelp(command !== program));
    }
    // Commander would print usage errors itself and end the process.
    command.exitOverride().configureOutput({ writeErr: () => undefined, outputError: () => undefined });
    command.configureHelp({ helpWidth: Math.min(terminal.width, 110), showGlobalOptions: false });
  }
  return program;
}

/** `help db migrate` as `db migrate --help`. @throws {CovalentError} `USAGE` when there is no such command */
function helpWords(program: Command, words: readonly string[]): readonly string[] {
  let command = program;
  for (const word of words.filter((one) => !one.startsWith("-"))) {
    const inner = command.commands.find((one) => one.name() === word);
    if (inner === undefined) {
      const advice = "`covalent --help` lists every command.";
      throw new CovalentError("USAGE", { reason: `unknown command '${word}'`, advice });
    }
    command = inner as Command;
  }
  return [...words, "--help"];
}

function descendants(command: Command): Command[] {
  return command.commands.flatMap((inner) => [inner as Command, ...descendants(inner as Command)]);
}

function usageError(error: CommanderError): CovalentError {
  const said = error.message.replace(/^error: /, "").replace(/\.?\s*\n.*$/s, "");
  const reason = error.code === "commander.help" ? "a command is missing" : said;
  const suggestion = similar(error.message);
  const advice =
    suggestion === undefined
      ? "`covalent --help` and `covalent COMMAND --help` show the usage."
      : `Did you mean ${suggestion}?`;
  return new CovalentError("USAGE", { reason, advice });
}

/** What commander thinks was meant, when it begins alike or has the same letters: it finds `logs` in `bogus`. */
function similar(message: string): string | undefined {
  const [, typed = "", suggestion = ""] = /'([^']*)'[\s\S]*\(Did you mean (.+)\?\)/.exec(message) ?? [];
  const letters = (word: string): string => word.replace(/^-+/, "");
  const [a, b] = [letters(typed), letters(suggestion)];
  const sorted = (word: string): string => [...word].sort().join("");
  return b !== "" && (a[0] === b[0] || sorted(a) === sorted(b)) ? suggestion : undefined;
}
