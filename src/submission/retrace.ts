import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bundle } from "../bundle/bundle.ts";
import { CovalentError, type ErrorCode, type ErrorDetails } from "../model/errors.ts";
import { type ErrorData, errorFromData } from "../serialization/error-data.ts";
import type { RunOptions } from "./node-options.ts";
import type { PreparedDispatch } from "./prepare.ts";

/** What is to be traced: a lattice of a bundle that was stored with an earlier dispatch. */
export interface Retracing {
  /** The lattice's id in the bundle. */
  readonly lattice: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly externals: Bundle["externals"];
  readonly projectRoot: string | null;
  readonly workdir: string | null;
  /** The arguments, serialised: `{ args }`. */
  readonly inputs: Uint8Array;
  readonly overrides: RunOptions;
  readonly idempotencyKey: string | undefined;
}

/** What the child process is told: the bundle's bytes are in a file. */
export type RetraceRequest = Omit<Retracing, "bytes"> & { readonly path: string; readonly size: number };

/** What it answers. */
export type Retraced =
  | { readonly prepared: PreparedDispatch }
  | { readonly code: ErrorCode; readonly details: ErrorDetails }
  | { readonly thrown: ErrorData };

/**
 * Traces a lattice of a stored bundle in a process of its own: its modules are evaluated as they were, beside whatever this program has
 * imported meanwhile. What they print goes to this program's standard error.
 *
 * @throws whatever the lattice throws, as data can tell it
 * @throws {CovalentError} `BUNDLE_EVALUATION_FAILED`, `LATTICE_NOT_FOUND`, `ELECTRON_NOT_IN_BUNDLE`, `UNSERIALIZABLE`
 */
export async function retrace({ bytes, ...retracing }: Retracing): Promise<PreparedDispatch> {
  const directory = await mkdtemp(join(tmpdir(), "covalent-retrace-"));
  try {
    const path = join(directory, "bundle.mjs");
    await writeFile(path, bytes);
    const request: RetraceRequest = { ...retracing, path, size: bytes.byteLength };
    const answer = await ask(
      fork(CHILD, [], { execArgv: [], serialization: "advanced", stdio: ["ignore", 2, 2, "ipc"] }),
      request,
    );
    if ("prepared" in answer) return answer.prepared;
    if ("thrown" in answer) throw errorFromData(answer.thrown);
    throw new CovalentError(answer.code, answer.details);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const CHILD = fileURLToPath(new URL(`./retrace-child${extname(import.meta.url)}`, import.meta.url));

async function ask(child: ChildProcess, request: RetraceRequest): Promise<Retraced> {
  const ended = once(child, "exit");
  let answer: Retraced | undefined;
  child.on("message", (message) => {
    answer = message as Retraced;
  });
  child.send(request);
  const [code, signal]: (number | string | null)[] = await ended;
  if (answer !== undefined) return answer;
  const how = signal === null ? `exit code ${code}` : String(signal);
  return { code: "BUNDLE_EVALUATION_FAILED", details: { reason: `it ended its process (${how})` } };
}
