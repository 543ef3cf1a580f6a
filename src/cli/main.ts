/**
 * The command line: `covalent`. Commands only present; what they do is done by client, sdk and daemon.
 *
 * Every command's code is imported when it is run, so that help is instant. Exit codes: 0 done, 1 the workflow or operation
 * failed, 2 wrong usage, 3 server not reachable. With `--json` standard output holds exactly one JSON document, errors included;
 * errors and notes for people go to standard error, stacks only under `--debug`.
 */
import { main } from "./program.ts";

// Whoever reads the output may have seen enough (`covalent list | head`).
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

// Bound now: a command that evaluates a user's module sends what that prints elsewhere.
const afterOutput = process.stdout.write.bind(process.stdout);

process.exitCode = await main(process.argv.slice(2));
// A user's module that was evaluated here may have left timers or sockets: the command ends all the same, when all is written. A
// pipe takes what is written at the pace of its reader.
afterOutput("", () => process.stderr.write("", () => process.exit()));
