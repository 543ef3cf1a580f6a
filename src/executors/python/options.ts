import type { PoolOptions } from "../pool/options.ts";

export interface PythonExecutorOptions extends PoolOptions {
  /** The interpreter: a path, or a name that is looked up in PATH. The Python SDK (`covalent`) must be installed there. */
  readonly python: string;
  /** Where tasks run that name no directory; made when missing. */
  readonly workdir: string;
  /** Each task has a directory of its own below that one. */
  readonly uniqueWorkdir: boolean;
  /** Where workers reach this server: tasks that build sublattices register them there. */
  readonly serverUrl: () => string;
  /** Added to the environment of every task. */
  readonly env: Readonly<Record<string, string>>;
}
