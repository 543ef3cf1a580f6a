/**
 * The run of a shell command as a task. Arguments are given to it as `$1`, `$2`, ..., and under their names as variables of its
 * environment: no value ever becomes a part of the command's own text.
 */
import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { argumentText } from "./argument-text.ts";
import { checkCount, refusedArgument } from "./arguments.ts";
import { describeEnd, type ProcessEnd, startFailure, startProcess } from "./child-process.ts";
import { leptonFault } from "./lepton-fault.ts";
import { type OutputKind, outputAs } from "./output-kind.ts";
import { withScratchDirectory } from "./scratch-directory.ts";

/** A shell command. */
export interface ShellCommand {
  /** What the lepton is called, for messages. */
  readonly name: string;
  readonly command: string;
  /** The shell: a path, or a name that is looked up in PATH. */
  readonly shell: string;
  readonly argnames: readonly string[] | undefined;
  /** The name of the argument that the command reads from its standard input. */
  readonly stdin: string | undefined;
  /** What its standard output is read as, when there are no `outputs`. */
  readonly output: OutputKind;
  /** Files that it writes, by name, and what each is read as. */
  readonly outputs: Readonly<Record<string, OutputKind>> | undefined;
}

/** Characters of stderr that an error tells, in whole lines where it can. */
const MAX_TAIL = 4_000;
const MAX_LINES = 20;

/**
 * Runs a command and gives what it printed, or the files it made.
 *
 * @param signal ends the process when it aborts
 * @throws {CovalentError} `LEPTON_VALUE`, `LEPTON_PROGRAM`, `LEPTON_OUTPUT`
 * @throws {Error} `CommandFailed`, with `exitCode`, `signal` and the last lines of stderr, when it ends with another code than 0
 */
export async function runShell(
  command: ShellCommand,
  args: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> {
  const given = givenArguments(command, args);
  const { outputs } = command;
  if (outputs === undefined) {
    const stdout = await run(command, given, {}, signal);
    return outputAs(command.output, stdout, `the output of the lepton ${command.name}`);
  }
  return withScratchDirectory(async (scratch) => {
    const files = Object.fromEntries(Object.keys(outputs).map((name) => [name, join(scratch, name)]));
    await run(command, given, files, signal);
    const read = Object.entries(outputs).map(async ([name, kind]) => {
      const bytes = await readFile(join(scratch, name)).catch(() => Promise.reject(noFile(command, name)));
      return [name, outputAs(kind, bytes, `the output ${name} of the lepton ${command.name}`)] as const;
    });
    return Object.fromEntries(await Promise.all(read));
  });
}

interface GivenArguments {
  readonly parameters: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string | Uint8Array | undefined;
}

function givenArguments(command: ShellCommand, args: readonly unknown[]): GivenArguments {
  checkCount(args, command);
  const { argnames, stdin } = command;
  const texts = args.map((arg, index) => {
    const isStdin = stdin !== undefined && argnames?.[index] === stdin;
    const refuse = (reason: string, advice: string) => refusedArgument(index, command, "", reason, advice);
    return { name: argnames?.[index], isStdin, value: argumentText(arg, isStdin, refuse) };
  });
  const others = texts
    .filter(({ isStdin }) => !isStdin)
    .map(({ name, value }) => [name, String(value)] as const);
  return {
    parameters: others.map(([, text]) => text),
    env: Object.fromEntries(others.flatMap(([name, text]) => (name === undefined ? [] : [[name, text]]))),
    stdin: texts.find(({ isStdin }) => isStdin)?.value,
  };
}

/** Runs it to its end; gives what it wrote to stdout. That is in the task's log, too, unless it is no text; stderr is always. */
async function run(
  command: ShellCommand,
  { parameters, env, stdin }: GivenArguments,
  files: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Buffer> {
  const { child, ended } = await started(command, parameters, { ...process.env, ...env, ...files }, signal);
  const printed: Buffer[] = [];
  const complained: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => {
    printed.push(chunk);
    if (command.output !== "bytes") process.stdout.write(chunk);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    keepLast(complained, chunk);
    process.stderr.write(chunk);
  });
  child.stdin?.end(stdin);
  const end = await ended;
  signal.throwIfAborted();
  if (end.exitCode !== 0) throw commandFailed(command, end, Buffer.concat(complained).toString());
  return Buffer.concat(printed);
}

/** Drops what lies further back than anybody is told. */
function keepLast(chunks: Buffer[], chunk: Buffer): void {
  chunks.push(chunk);
  let behind = chunks.reduce((sum, { length }) => sum + length, 0);
  while (behind - (chunks[0]?.length ?? 0) > 4 * MAX_TAIL) behind -= chunks.shift()?.length ?? 0;
}

async function started(
  { name, shell, command }: ShellCommand,
  parameters: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ readonly child: ChildProcess; readonly ended: Promise<ProcessEnd> }> {
  try {
    // -e: a command that fails is not passed over. What follows the command's text is $0, $1, ...
    const all = ["-e", "-c", command, name, ...parameters];
    return await startProcess(shell, all, { env, stdio: ["pipe", "pipe", "pipe"] }, signal);
  } catch (error) {
    signal.throwIfAborted();
    const advice = "Name a shell that is there (the option `shell`); give large values to `stdin`.";
    const details = { name, program: shell, reason: startFailure(error), advice };
    throw leptonFault("executor", "LEPTON_PROGRAM", details, { cause: error });
  }
}

function commandFailed({ name }: ShellCommand, end: ProcessEnd, stderr: string): Error {
  const lines = stderr.trimEnd().split("\n").slice(-MAX_LINES).join("\n").slice(-MAX_TAIL);
  const error = new Error(`the command of ${name} ${describeEnd(end)}${lines === "" ? "" : `:\n${lines}`}`);
  error.name = "CommandFailed";
  // Where it was thrown is in this package, and says nothing.
  error.stack = `${error.name}: ${error.message}`;
  return Object.assign(error, end);
}

function noFile({ name }: ShellCommand, output: string): Error {
  const advice = `Write it to "$${output}".`;
  return leptonFault("output", "LEPTON_OUTPUT", {
    what: `the output ${output} of the lepton ${name}`,
    reason: "the command made no such file",
    advice,
  });
}
