import { type Duration, parseDuration } from "../model/duration.ts";
import { CovalentError } from "../model/errors.ts";
import { type CacheOptions, wrongCache } from "./cache-options.ts";
import { nearestName } from "./nearest-name.ts";
import { type RetryOptions, wrongRetries } from "./retry-options.ts";
import { type Trigger, wrongTriggers } from "./triggers.ts";

/** An executor by name, or by name with attributes of that executor. */
export type ExecutorChoice = string | { readonly name: string; readonly [attribute: string]: unknown };

/**
 * How an electron is called and run.
 *
 * @example
 * import { type ElectronOptions, electron } from "covalent-ts";
 *
 * const robust: ElectronOptions = { retries: 3, timeout: "5m", env: { LC_ALL: "C" } };
 * export const measure = electron({ ...robust, name: "measure" }, (path: string) => path.length);
 */
export interface ElectronOptions {
  /** The function's name, or that of the variable it is assigned to, when absent. Must not start with `:`. */
  readonly name?: string | undefined;
  /** Where it runs; else where its lattice says, else the server's default. */
  readonly executor?: ExecutorChoice | undefined;
  /** How often an error of the function or a timeout is tried again, and how long to wait; never when absent. */
  readonly retries?: number | RetryOptions | undefined;
  /** How often a lost attempt (its worker, host or server died) is tried again without using a retry; 3 when absent. */
  readonly lostAttempts?: number | undefined;
  /** A lost attempt fails the node instead: it may have done its work already. */
  readonly atMostOnce?: boolean | undefined;
  /** Per attempt; none when absent. */
  readonly timeout?: Duration | undefined;
  /** Added to the environment of the worker. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The directory it runs in; that of the dispatching client when absent. */
  readonly workdir?: string | undefined;
  /**
   * A result may be taken from an earlier dispatch in which the electron had the same code and the same arguments; `true`, or how.
   * For electrons without effects that anybody waits for: they do not run then.
   */
  readonly cache?: boolean | CacheOptions | undefined;
  /** Higher goes first among what is ready, added to the dispatch's own; 0 when absent. */
  readonly priority?: number | undefined;
  /** How many attempts of it may run at once on a server, of all dispatches together; the others wait. Of a lattice: how many dispatches. */
  readonly concurrency?: number | undefined;
  /** What the server may limit: `limits.tags` in its configuration says how many attempts with a tag run at once. */
  readonly tags?: readonly string[] | undefined;
}

/**
 * How a lattice is called, and what holds for its electrons unless they say otherwise.
 *
 * @example
 * import { electron, lattice } from "covalent-ts";
 *
 * const one = electron(() => 1);
 * export const flow = lattice({ name: "nightly", executor: "local", tags: ["night"] }, () => one());
 */
export interface LatticeOptions {
  /** As for an electron. */
  readonly name?: string | undefined;
  /** The executor of electrons that name none. */
  readonly executor?: ExecutorChoice | undefined;
  /** Where the lattice itself is traced when it is run from its stored bundle; `executor` when absent. */
  readonly workflowExecutor?: ExecutorChoice | undefined;
  /** What people searching for a dispatch later may know it by. */
  readonly tags?: readonly string[] | undefined;
  /** Of its dispatches: higher goes first; 0 when absent. */
  readonly priority?: number | undefined;
  /** How long a dispatch may take from its start; then it is FAILED, and what of it runs is cancelled. */
  readonly deadline?: Duration | undefined;
  /** What starts its dispatches: each waits for the first time, and is repeated each further time. Of a sublattice they do not count. */
  readonly triggers?: readonly Trigger[] | undefined;
}

/** What is wrong with the value of an option, or `undefined`. */
type Rule = (value: unknown) => string | undefined;

const name: Rule = (value) => {
  if (typeof value !== "string" || value.trim() === "") return "must be a text that is not empty";
  return value.startsWith(":") ? "must not start with ':', which marks nodes that Covalent adds" : undefined;
};

const text: Rule = (value) =>
  typeof value === "string" && value !== "" ? undefined : "must be a text that is not empty";

const executor: Rule = (value) => {
  const chosen = isRecord(value) ? value.name : value;
  return text(chosen) === undefined
    ? undefined
    : 'must be a name, or an object { name: "...", ...attributes }';
};

const count: Rule = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : "must be a whole number, 0 or more";

const priority: Rule = (value) => (Number.isSafeInteger(value) ? undefined : "must be a whole number");

const concurrency: Rule = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 1 ? undefined : "must be a whole number, 1 or more";

const flag: Rule = (value) => (typeof value === "boolean" ? undefined : "must be true or false");

const duration: Rule = (value) => {
  if (typeof value !== "number" && typeof value !== "string")
    return 'must be a duration such as "1m" or 500 (ms)';
  return parseDuration(value as Duration) > 0 ? undefined : "must be longer than 0";
};

const env: Rule = (value) =>
  isRecord(value) && Object.values(value).every((each) => typeof each === "string")
    ? undefined
    : "must be an object whose values are texts";

const tags: Rule = (value) =>
  Array.isArray(value) && value.every((each) => typeof each === "string")
    ? undefined
    : "must be a list of texts";

/** What is wrong with the value of an option that only some electrons have. */
export type OptionRules = Readonly<Record<string, Rule>>;

const ELECTRON_RULES: Record<keyof ElectronOptions, Rule> = {
  name,
  executor,
  retries: wrongRetries,
  lostAttempts: count,
  atMostOnce: flag,
  timeout: duration,
  env,
  workdir: text,
  cache: wrongCache,
  priority,
  concurrency,
  tags,
};
const LATTICE_RULES: Record<keyof LatticeOptions, Rule> = {
  name,
  executor,
  workflowExecutor: executor,
  tags,
  priority,
  deadline: duration,
  triggers: wrongTriggers,
};

/**
 * Checks the options of an electron and freezes a copy.
 *
 * @throws {CovalentError} `INVALID_OPTION` or `INVALID_DURATION`
 */
export function electronOptions(options: unknown): ElectronOptions {
  return checked("electron", options, ELECTRON_RULES);
}

/**
 * Checks the options of an electron that has some of its own, and takes the two apart. Errors as {@link electronOptions}.
 *
 * @param kind what people call to make it
 */
export function extendedOptions(
  kind: string,
  options: unknown,
  rules: OptionRules,
): { readonly own: Readonly<Record<string, unknown>>; readonly electron: ElectronOptions } {
  const given = Object.entries(checked(kind, options, { ...ELECTRON_RULES, ...rules }));
  const part = (isOwn: boolean) =>
    Object.freeze(Object.fromEntries(given.filter(([option]) => Object.hasOwn(rules, option) === isOwn)));
  return { own: part(true), electron: part(false) };
}

/** Checks the options of a lattice and freezes a copy. Errors as {@link electronOptions}. */
export function latticeOptions(options: unknown): LatticeOptions {
  return checked("lattice", options, LATTICE_RULES);
}

function checked(kind: string, options: unknown, rules: Readonly<Record<string, Rule>>): object {
  if (!isRecord(options)) {
    throw new CovalentError("INVALID_ARGUMENT", {
      reason: `${kind}(): the options must be an object`,
    });
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [option, value] of given) {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    const reason = rule === undefined ? unknownOption(option, Object.keys(rules)) : rule(value);
    if (reason !== undefined) throw new CovalentError("INVALID_OPTION", { kind, option, reason });
  }
  return Object.freeze(Object.fromEntries(given));
}

function unknownOption(option: string, known: readonly string[]): string {
  const meant = nearestName(option, known);
  const advice = meant === undefined ? `there are ${known.join(", ")}` : `did you mean "${meant}"?`;
  return `is not known; ${advice}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
