import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleModule } from "../../../src/bundle/bundle.ts";
import type { BundledCode } from "../../../src/executors/executor.ts";
import {
  createLocalExecutor,
  type LocalExecutor,
  type LocalExecutorOptions,
} from "../../../src/executors/local/local-executor.ts";
import type { Logger } from "../../../src/model/logger.ts";
import { attempt, type ExecutorRig, returnedBy } from "../../contract/executor.ts";

const TASKS = fileURLToPath(new URL("./tasks.ts", import.meta.url));

export interface LocalRig extends ExecutorRig {
  readonly directory: string;
  readonly executor: LocalExecutor;
  /** The code of an electron of tasks.ts. */
  code(electron: string): BundledCode;
  /** What the executor wrote to the server's log. */
  readonly log: readonly string[];
  /** Another executor on the same directory, as a new server makes it. */
  another(): Promise<LocalExecutor>;
}

/** A store directory with the bundle of tasks.ts in it. */
export async function prepareStore(directory: string) {
  mkdirSync(join(directory, "staging"), { recursive: true });
  const bundle = await bundleModule(TASKS);
  writeFileSync(join(directory, bundle.digest), bundle.bytes);
  const module = relative(bundle.root, TASKS);
  return {
    code: (electron: string): BundledCode => ({
      kind: "electron",
      bundle: bundle.digest,
      electron: `${module}#${electron}`,
      projectRoot: bundle.root,
    }),
    pathOf: (digest: string) => join(directory, digest),
    stagingDirectory: join(directory, "staging"),
  };
}

/** A local executor in a temporary directory; `dispose` ends all its workers. */
export async function localRig(options: Partial<LocalExecutorOptions> = {}): Promise<LocalRig> {
  const directory = mkdtempSync(join(tmpdir(), "covalent-executor-"));
  const { code, pathOf, stagingDirectory } = await prepareStore(directory);
  const log: string[] = [];
  const executors: LocalExecutor[] = [];
  const another = async () => {
    const runtime = options.directory ?? join(directory, "runtime");
    const executor = await createLocalExecutor({
      directory: runtime,
      stagingDirectory,
      pathOf,
      workers: 2,
      logger: loggerTo(log),
      killGraceMs: 300,
      ...options,
    });
    executors.push(executor);
    return executor;
  };
  const executor = await another();
  return {
    directory,
    executor,
    log,
    code,
    attempt: (electron, args, more) => attempt({ code }, electron, args, more),
    returned: returnedBy,
    ownLine: /tasks\.ts:\d+/,
    another,
    async dispose() {
      for (const one of executors) await one.terminate();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function loggerTo(lines: string[]): Logger {
  const write = (_fields: Readonly<Record<string, unknown>>, message: string) => void lines.push(message);
  return { debug: write, info: write, warn: write, error: write };
}
