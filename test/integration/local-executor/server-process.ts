/**
 * A server, as far as an executor can tell: makes an executor, submits attempts, and writes down what it is told, each before
 * it answers. Tests kill it.
 *
 *     node server-process.ts DIRECTORY ELECTRON ARGUMENTS_JSON COUNT LINGER_MS
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createLocalExecutor } from "../../../src/executors/local/local-executor.ts";
import { attemptOf } from "./attempt.ts";
import { prepareStore } from "./rig.ts";

const [directory = "", electron = "", args = "[]", count = "1", lingerMs = "60000"] = process.argv.slice(2);
const { code, pathOf, stagingDirectory } = await prepareStore(directory);
const silent = () => undefined;
const executor = await createLocalExecutor({
  directory: join(directory, "runtime"),
  stagingDirectory,
  pathOf,
  workers: 1,
  lingerMs: Number(lingerMs),
  logger: { debug: silent, info: silent, warn: silent, error: silent },
});
const note = (line: object) => appendFileSync(join(directory, "journal"), `${JSON.stringify(line)}\n`);
const attempts = Array.from({ length: Number(count) }, (_, index) =>
  attemptOf(code, electron, JSON.parse(args), { token: `attempt-${index}` }),
);
executor.submit(attempts, {
  placed: async (token, handle) => note({ token, handle }),
  ended: (token, outcome) => {
    note({ token, outcome: outcome.status });
    // The commit that would make it durable never returns: what is not acknowledged must be told again.
    return new Promise(() => undefined);
  },
});
setInterval(silent, 60_000);
