import { dirname, join } from "node:path";
import type { Config } from "../config/config.ts";
import { holdFile } from "../database/dialects/sqlite/held-file.ts";
import {
  databaseClaimOf,
  readClaim,
  removeState,
  type ServerClaim,
  type ServerState,
  stateFileOf,
  writeState,
} from "../discovery/state-file.ts";
import { CovalentError } from "../model/errors.ts";
import { identifyProcess, type ProcessIdentity } from "../process/process-identity.ts";

/** What one server at a time may use. */
interface Territory {
  /** Where its server says who it is; the lock lies beside it. */
  readonly stateFile: string;
  readonly refuse: (holder: ServerClaim | undefined) => CovalentError;
}

/** What this process has claimed, until it ends. */
export interface Claimed {
  /** Tells those who are refused, and those who look for the server, where it is. */
  publish(state: Omit<ServerState, keyof ProcessIdentity>): void;
}

/**
 * Claims the database, the asset store and the runtime directory for this process, for as long as it lives. It does not go by the
 * state file, which may be lost, but by a lock on a file beside each of them that the kernel drops when the process ends.
 *
 * @throws {CovalentError} `DATABASE_IN_USE` or `SERVER_START_FAILED` with the pid of the server that has it.
 */
export function claimForServer(config: Config): Claimed {
  const identity = identifyProcess(process.pid) ?? { pid: process.pid, bootId: "", startTime: "" };
  const territories = territoriesOf(config);
  for (const { stateFile, refuse } of territories) {
    const held = hold(stateFile.replace(/\.json$/, ".held"));
    if (held === undefined) throw refuse(readClaim(stateFile));
    // While the lock is still held, so that it cannot be a successor's. The listener also keeps the lock from being collected.
    process.on("exit", () => {
      removeState(stateFile, process.pid);
      held.release();
    });
    // Until the server has an address, those who are refused are told its pid at least.
    writeState(stateFile, identity);
  }
  return {
    publish: (state) => {
      for (const { stateFile } of territories) writeState(stateFile, { ...identity, ...state });
    },
  };
}

function territoriesOf(config: Config): readonly Territory[] {
  const { db_path: path, results_dir } = config.values.dispatcher;
  return [
    {
      stateFile: databaseClaimOf(path),
      refuse: (holder) => new CovalentError("DATABASE_IN_USE", { path, ...described(holder) }),
    },
    ...[join(results_dir, "assets.server.json"), stateFileOf(config)].map((stateFile) => ({
      stateFile,
      refuse: (holder: ServerClaim | undefined) => inUse(stateFile, holder),
    })),
  ];
}

function hold(file: string): ReturnType<typeof holdFile> {
  try {
    return holdFile(file);
  } catch (cause) {
    const reason = `${file} cannot be locked: ${(cause as Error).message}`;
    throw new CovalentError("SERVER_START_FAILED", { reason, advice: "Check its permissions." }, { cause });
  }
}

function inUse(stateFile: string, holder: ServerClaim | undefined): CovalentError {
  const { pid, url } = described(holder);
  const reason = `another one (pid ${pid}, ${url}) uses ${dirname(stateFile)}`;
  const advice = "Stop that one, or set another directory: `covalent config` shows which key it is.";
  return new CovalentError("SERVER_START_FAILED", { reason, advice });
}

/** The lock tells that it is held; who holds it may not have been written yet, or been removed by somebody. */
function described(holder: ServerClaim | undefined): { pid: number | string; url: string } {
  return { pid: holder?.pid ?? "unknown", url: holder?.url ?? "no address yet" };
}
