/**
 * The command line: `covalent`. Commands only present; what they do is done by client, sdk and daemon.
 *
 * Every command's code is imported when it is run, so that help is instant. Exit codes: 0 done, 1 the workflow or operation
 * failed, 2 wrong usage, 3 server not reachable. With `--json` standard output holds exactly one JSON document, errors included;
 * errors and notes for people go to standard error, stacks only under `--debug`.
 */
import { main } from "./program.ts";

process.exitCode = await main(process.argv.slice(2));
