import { ARCHIVE_ERRORS } from "./archive-errors.ts";
import { DATABASE_ERRORS } from "./database-errors.ts";
import { define, type ErrorEntry } from "./error-entry.ts";

/**
 * Errors: someone asked wrongly, or the system broke. One table of codes, mirrored by docs/errors.md. (What happens to an
 * attempt is a failure, in failure.ts, and is stored as data.)
 */

/** Every error code with its message, its hint and its HTTP status. */
export const ERRORS = define({
  // --- asking -----------------------------------------------------------------------------------------------------------
  INVALID_ARGUMENT: { message: "{reason}", http: 422 },
  INVALID_DURATION: {
    message: "{duration} is not a duration",
    hint: 'Write milliseconds as a number, or a number with a unit: "250ms", "30s", "10m", "2h", "1d".',
    http: 422,
  },
  INVALID_OPTION: { message: "the option {option} of {kind}() {reason}", http: 422 },
  NOT_YET: { message: "{feature} is not available in this version", hint: "{alternative}", http: 501 },
  // --- values and storage ------------------------------------------------------------------------------------------------
  UNSERIALIZABLE: { message: "{what} cannot be serialised: {reason}", hint: "{advice}", http: 422 },
  PAYLOAD_CORRUPT: {
    message: "a payload cannot be read: {reason}",
    hint: "Its bytes are damaged or were not written by Covalent for TypeScript; compute the value again.",
    http: 422,
  },
  PAYLOAD_VERSION: {
    message: "a payload has format {format}, this Covalent reads {supported}",
    hint: "It was probably written by a newer Covalent: install that one.",
    http: 422,
  },
  TEXT_TOO_LONG: {
    message: "a text of {size} bytes does not fit into a string",
    hint: "What a node has printed can be read piece by piece: covalent logs ID NODE --lines 1000",
    http: 422,
  },
  LEPTON_VALUE: { message: "{what} cannot be {passed}: {reason}", hint: "{advice}", http: 422 },
  LEPTON_PROGRAM: {
    message: "the lepton {name} cannot run {program}: {reason}",
    hint: "{advice}",
    http: 422,
  },
  LEPTON_CODE: { message: "the lepton {name} cannot be called: {reason}", hint: "{advice}", http: 422 },
  LEPTON_OUTPUT: { message: "{what} cannot be read: {reason}", hint: "{advice}", http: 422 },
  PATH_NOT_FOUND: {
    message: "node {node} ({name}) takes {path}, which does not exist: {reason}",
    hint: "The value was made by an earlier task; compare what that task returns with what the lattice takes from it.",
    http: 422,
  },
  STORAGE_FULL: {
    message: "there is no space to store {what}: {reason}",
    hint: "Free some space on the disk of the asset store and try again; nothing half-written is left.",
    http: 507,
  },
  // --- workflows --------------------------------------------------------------------------------------------------------
  DISPATCH_NOT_FOUND: {
    message: "there is no dispatch {dispatchId}",
    hint: "`covalent list` shows the dispatches of the server you are connected to.",
    http: 404,
  },
  PREVIEW_NOT_FOUND: {
    message: "there is no preview {previewId}",
    hint: "The latest twenty are kept while the server runs: `covalent preview FILE` makes it anew.",
    http: 404,
  },
  DISPATCH_ENDED: {
    message: "dispatch {dispatchId} is {status} already",
    hint: "Only a dispatch that has not ended can be paused or resumed; `covalent show` tells how it went.",
    http: 409,
  },
  DISPATCH_NOT_ENDED: {
    message: "dispatch {dispatchId} is {status}: what it has computed can be taken over once it has ended",
    hint: "Wait for its end (`covalent redispatch ID --resume --wait`, `redispatch(id, { resume: true, wait: true })`), or run it again without reuse.",
    http: 409,
  },
  IDEMPOTENCY_KEY_REUSED: {
    message: "the idempotency key {key} belongs to dispatch {dispatchId}, which is another one: {difference}",
    hint: "A key is for asking for the same again. Give a key of its own to each thing that is to run once; nothing was dispatched.",
    http: 409,
  },
  NODE_NOT_FOUND: { message: "dispatch {dispatchId} has no node {nodeId}", http: 404 },
  ATTEMPT_NOT_FOUND: {
    message: "node {nodeId} of dispatch {dispatchId} has no attempt {number}",
    hint: "It has had {count} so far, numbered from 1.",
    http: 404,
  },
  ASSET_NOT_FOUND: { message: "there is no {what}", http: 404 },
  ASSET_CORRUPT: {
    message: "the bytes received for {what} do not match: expected {expected}, got {actual}",
    hint: "Send them again; nothing was stored.",
    http: 422,
  },
  ASSETS_MISSING: {
    message:
      "dispatch {dispatchId} cannot start: {count} asset(s) it refers to have not been uploaded, the first is {first}",
    hint: "Upload them, then start it again.",
    http: 409,
  },
  RANGE_NOT_SATISFIABLE: {
    message: "the requested range lies outside of the {size} bytes there are",
    http: 416,
  },
  ASSET_SEALED: {
    message: "{what} can no longer be replaced: its node has ended",
    hint: "Results are immutable; redispatch to compute new ones.",
    http: 409,
  },
  INVALID_MANIFEST: { message: "the manifest is not valid: {reason}", http: 422 },
  GRAPH_CYCLE: {
    message: "the graph has a cycle: {cycle}",
    hint: "A node cannot depend on itself; look for a wait() that points backwards.",
    http: 422,
  },
  HANDLE_MISUSE: {
    message:
      "the result of electron {electron} was {done}{where}; in lattice {lattice} it is a handle, whose value exists only when the workflow runs",
    hint: "{advice}",
    http: 422,
  },
  HANDLE_OUTSIDE_LATTICE: {
    message: "{consumer} was given a handle of electron {electron}{where}, which belongs to {origin}",
    hint: "A handle stands for a value of one run of one lattice. Pass the dispatch's result, or call both in the same lattice.",
    http: 422,
  },
  HIDDEN_HANDLE: {
    message:
      "{consumer} was given a handle of electron {electron} inside {container}, at {path}{where}, where it cannot be replaced by its value",
    hint: "Handles are found in arrays and plain objects, at any depth: pass it in one of these, and make anything else inside an electron.",
    http: 422,
  },
  CYCLIC_STRUCTURE: {
    message: "{consumer} was given a structure that holds handles and contains itself, at {path}{where}",
    hint: "Pass the handles in a structure without cycles.",
    http: 422,
  },
  LATTICE_RETURNED: {
    message: "electron {electron} was called{where} after lattice {lattice} had returned",
    hint: "Everything a lattice starts must be awaited before it returns; look for a missing `await`, a timer or a callback.",
    http: 422,
  },
  DISPATCH_OF_ORIGINAL: {
    message:
      "dispatch {dispatchId} was made by the original Covalent and is {status}: it can be looked at, not started, run again, resumed or cancelled",
    hint: "Dispatch it again from its source.",
    http: 409,
  },
  TRIGGER_NOT_FOUND: {
    message: "there is no trigger {triggerId}",
    hint: "`covalent triggers ls` lists those of the server you are connected to.",
    http: 404,
  },
  TRIGGER_UNOBSERVABLE: {
    message: "a trigger cannot observe {what}: {reason}",
    hint: "Nothing was registered. Name a time, an absolute path, or a database (SQLite, Postgres, MySQL, MariaDB) that the server can reach.",
    http: 422,
  },
  TRIGGER_DRIVER_MISSING: {
    message: "a trigger cannot look into its database: the server has no package {package}",
    hint: "Nothing was registered. `npm install {package}` where covalent-ts is installed (with -g, if that is), `covalent restart`, then register the trigger again.",
    http: 422,
  },
  TRIGGERS_DISABLED: {
    message: "this server observes no triggers",
    hint: "Start it without --no-triggers, and with dispatcher.triggers = true.",
    http: 409,
  },
  ILLEGAL_TRANSITION: { message: "{what} is {from} and cannot become {to}", http: 409 },
  DISPATCH_FAILED: {
    message: "dispatch {dispatchId} {status}: {reason}",
    hint: "`covalent show {dispatchId}` shows every node.",
    http: 409,
  },
  // --- bundles ----------------------------------------------------------------------------------------------------------
  BUNDLE_FAILED: { message: "{module} cannot be bundled: {place}: {reason}", hint: "{advice}", http: 422 },
  BUNDLE_EVALUATION_FAILED: {
    message: "the workflow's module cannot be evaluated: {reason}",
    hint: "Workers evaluate the module to find its electrons: what it does at its top level must work, and end, wherever it runs.",
    http: 422,
  },
  ELECTRON_NOT_IN_BUNDLE: {
    message: "{name} ({place}) is not defined by evaluating {module}, so no worker can find it",
    hint: "Move {name} to the top level of its module, above the first dispatch() there, and import that module from the lattice's.",
    http: 422,
  },
  SOURCE_CHANGED: {
    message: "{module} has changed since this program imported it",
    hint: "Start the program again: what it traced is the old file, and what workers would run is the new one.",
    http: 409,
  },
  // --- the server -------------------------------------------------------------------------------------------------------
  SERVER_UNREACHABLE: {
    message: "the Covalent server cannot be reached at {url}",
    hint: "Start it with `covalent start`, or set COVALENT_DISPATCHER_ADDR and COVALENT_SVC_PORT to where it runs.",
    http: 503,
  },
  SERVER_ERROR: {
    message: "the server answered {status} to {request}: {reason}",
    hint: "`covalent logs` shows what happened.",
    http: 500,
  },
  PORTS_TAKEN: {
    message: "no port from {first} to {last} is free on {host}",
    hint: "Choose another with `covalent start --port N` or the key dispatcher.port.",
    http: 503,
  },
  SERVER_STOPPING: {
    message: "the server is stopping",
    hint: "Ask again when it has been restarted.",
    http: 503,
  },
  FORBIDDEN_ORIGIN: {
    message: "requests from {origin} are not accepted",
    hint: "The server only answers pages and names of its own; use its address as `covalent status` shows it.",
    http: 403,
  },
  UNAUTHORIZED: {
    message: "a valid token is required",
    hint: "Send `Authorization: Bearer <token>`.",
    http: 401,
  },
  REQUEST_TOO_LARGE: { message: "the request is larger than {limit} bytes", http: 413 },
  ROUTE_NOT_FOUND: {
    message: "there is no {method} {url}",
    hint: "GET /openapi.json lists every route.",
    http: 404,
  },
  INTERNAL: {
    message: "{reason}",
    hint: "This is a fault of Covalent. `covalent logs` has the details.",
    http: 500,
  },
  // --- configuration, starting and stopping -----------------------------------------------------------------------------
  CONFIG_INVALID: {
    message: "the configuration is not valid: {where}: {reason}",
    hint: "{advice}",
    http: 500,
  },
  CONFIG_UNKNOWN_KEY: {
    message: "there is no configuration key {key}",
    hint: "`covalent config` lists every key.",
    http: 404,
  },
  CONFIG_NOT_WRITTEN: {
    message: "the configuration cannot be written to {file}: {reason}",
    hint: "Give yourself the permission, or name another file: COVALENT_CONFIG_FILE. Nothing was written.",
    http: 500,
  },
  FILE_LOCKED: {
    message: "{file} was still locked by another program after {seconds} s",
    hint: "Try again; if it stays so, look for a program that hangs while it holds the file.",
    http: 503,
  },
  SERVER_START_FAILED: { message: "the server could not start: {reason}", hint: "{advice}", http: 500 },
  SERVER_NOT_STOPPED: {
    message: "the server (pid {pid}) did not end, not even when it was killed",
    hint: "Look at that process; nothing was removed.",
    http: 500,
  },
  USAGE: { message: "{reason}", hint: "{advice}", http: 422 },
  LATTICE_NOT_FOUND: { message: "{file} has no lattice {name}", hint: "{advice}", http: 404 },
  DISPATCH_AMBIGUOUS: {
    message: "{count} dispatches begin with {prefix}",
    hint: "Give more of the id: {candidates}.",
    http: 409,
  },
  FILE_NOT_FOUND: { message: "there is no file {file}", hint: "{advice}", http: 404 },
  ...ARCHIVE_ERRORS,
  ...DATABASE_ERRORS,
});

export type ErrorCode = keyof typeof ERRORS;

export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | undefined>>;

const BRAND = Symbol.for("covalent-ts.error");

/**
 * An error with a code, a message that names the ids, and a hint that says what to do.
 *
 * `instanceof` works across copies of this package (a user's bundle may bring its own).
 *
 * @example
 * import { CovalentError, getResult } from "covalent-ts";
 *
 * try {
 *   await getResult("0123456789abcdef0123456789abcdef");
 * } catch (error) {
 *   if (error instanceof CovalentError && error.code === "DISPATCH_NOT_FOUND") console.error(error.hint);
 * }
 */
export class CovalentError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: ErrorDetails;
  readonly [BRAND] = true;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    const entry: ErrorEntry = ERRORS[code];
    super(fill(entry.message, details), options);
    this.name = "CovalentError";
    this.code = code;
    this.hint = entry.hint === undefined ? undefined : fill(entry.hint, details);
    this.details = details;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
  }
}

/** The HTTP status for an error code. */
export function httpStatusOf(code: ErrorCode): number {
  return ERRORS[code].http;
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in details ? String(details[name]) : whole,
  );
}
