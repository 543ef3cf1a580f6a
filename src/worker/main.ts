/**
 * The worker: the program that runs attempts, one at a time, in a process of its own. The local executor starts it:
 *
 *     node --enable-source-maps main.ts --directory DIR --worker ID --staging DIR --linger MS
 *
 * It needs its server only to get work: without one it finishes its attempt, keeps the result in its spool for the next server,
 * and exits after `--linger` milliseconds.
 */
import { parseArgs } from "node:util";
import { Worker } from "./worker.ts";

const { values } = parseArgs({
  options: {
    directory: { type: "string" },
    worker: { type: "string" },
    staging: { type: "string" },
    linger: { type: "string" },
  },
});
const { directory, worker, staging, linger } = values;
if (directory === undefined || worker === undefined || staging === undefined) {
  process.stderr.write(
    "This program is started by `covalent start`, with --directory, --worker and --staging.\n",
  );
  process.exit(2);
}
process.title = "covalent worker";
// Tasks see a program without arguments.
process.argv.length = 2;
new Worker({ directory, worker, stagingDirectory: staging, lingerMs: Number(linger ?? 60_000) });
