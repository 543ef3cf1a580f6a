import type { Logger } from "../../model/logger.ts";

export interface PoolOptions {
  /** For sockets, logs and spools; made when missing. One server at a time. */
  readonly directory: string;
  /** The asset store's: large outputs and logs are prepared there. */
  readonly stagingDirectory: string;
  /** The file of a stored asset. */
  readonly pathOf: (digest: string) => string;
  /** How many attempts run at once. */
  readonly workers: number;
  readonly logger: Logger;
  /** How long a task that is killed may take to clean up (SIGTERM) before SIGKILL. Default 1 s. */
  readonly killGraceMs?: number;
  /** How long an idle worker waits for a new server. Default one minute. */
  readonly lingerMs?: number;
}
