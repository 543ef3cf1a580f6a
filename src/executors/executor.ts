import type { Readable } from "node:stream";
import type { InheritedExecutors } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { Template } from "../model/template.ts";

/**
 * The contract of an executor: what runs attempts somewhere.
 *
 * An executor takes any number of attempts and runs as many at once as it has room for; the others wait inside it and go in the
 * order given. Who wants to decide late what runs next hands over no more than {@link Executor.wanted}. It tells the {@link AttemptObserver} what happens. A handle is durable JSON: with it, after a restart of the
 * server, the executor finds the attempt again ({@link Executor.attach}).
 */
export interface Executor {
  /** The name by which electrons ask for it: `local`, `slurm`, ... */
  readonly name: string;
  /** How many attempts can run at once. */
  readonly concurrency: number;
  /**
   * How many more attempts it can use now, so that none of its places stands idle; 0 when it has enough, and after `close`. Each
   * one submitted counts at once; it grows again before an attempt's `ended` is told. More may be submitted: they wait.
   */
  readonly wanted: number;
  /**
   * True when none of the user's code runs before {@link AttemptObserver.placed} has resolved: then an attempt may be submitted
   * before what it builds on is durable, for its place is recorded behind that.
   */
  readonly startsOncePlaced?: boolean;
  submit(attempts: readonly AttemptSpec[], observer: AttemptObserver): void;
  /**
   * Takes up attempts that were placed before a restart. Each ends through the observer: with its outcome when it ran on or has
   * finished meanwhile, as `lost` when nothing is left of it.
   */
  attach(
    attempts: readonly { readonly spec: AttemptSpec; readonly handle: unknown }[],
    observer: AttemptObserver,
  ): void;
  /**
   * Everything that anybody wants of an earlier server's attempts has been attached: what else is found of them is let go. Until
   * this is called it is kept, and takes up room.
   */
  attachedAll?(): void;
  /** Ends an attempt by its token; it then ends through the observer, and only then is it certain that it no longer runs. */
  cancel(tokens: readonly string[]): void;
  /** What `covalent status` shows. */
  health(): ExecutorHealth;
  /** What an attempt prints while it runs; absent where that can be had at its end only. */
  readonly printing?: Printing;
  /** Takes no more work. What runs goes on without the server where it can (`attach` finds it again); resolves when it is let go. */
  close(): Promise<void>;
}

/** What attempts print while they run, for readers who do not wait for their end. */
export interface Printing {
  /** `undefined` for one that the executor does not have: it has ended, and all that it printed came with its outcome. */
  of(token: string): PrintedSoFar | undefined;
  /** Calls back whenever an attempt may have printed, until what it gives is called. */
  watch(changed: () => void): () => void;
}

/** What one attempt has printed by now: the beginning of what its outcome will bring. */
export type PrintedSoFar = Readonly<Record<OutputStream, PrintedBytes>>;
export type OutputStream = "stdout" | "stderr";

export interface PrintedBytes {
  /** 0 before it starts. */
  readonly size: number;
  /** The bytes from `start` up to `end`, which lies within the size. */
  read(start: number, end: number): Readable;
}

export interface ExecutorHealth {
  readonly running: number;
  readonly queued: number;
  readonly workers: number;
  /** How many run at once at most; absent where the executor does not know. */
  readonly slots?: number;
}

/** One try of a node. */
export interface AttemptSpec {
  /** Unguessable, new for each attempt: results are accepted once for each token. */
  readonly token: string;
  readonly dispatchId: string;
  readonly nodeId: number;
  /** 1 for the first. */
  readonly number: number;
  /** The electron's name, for messages. */
  readonly name: string;
  readonly code: AttemptCode;
  /** The positional arguments of bundled code, to be resolved with `payloads`. */
  readonly args: readonly Template[];
  /** Every payload that `args` or pickled code refers to, by digest: inline, or in the file that `pathOf` names. */
  readonly payloads: ReadonlyMap<string, PayloadRef>;
  readonly timeoutMs: number | null;
  readonly workdir: string | null;
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The code of an attempt. An executor runs one kind of it. */
export type AttemptCode = BundledCode | PickledCode;

/** A function that the Python SDK has pickled, with what it is called with. Nobody but the SDK itself opens any of it. */
export interface PickledCode {
  readonly kind: "pickle";
  /** The digest of the function. */
  readonly function: string;
  /** The digest of what runs before and after it; `null` when there is nothing. */
  readonly hooks: string | null;
  readonly args: readonly PickledInput[];
  readonly kwargs: Readonly<Record<string, PickledInput>>;
  /** It builds a sublattice: the output is a manifest (codec `manifest`), or empty when the SDK has registered the dispatch. */
  readonly sublattice: boolean;
  /** The attempt has a directory of its own; `null` when the executor decides. */
  readonly uniqueWorkdir: boolean | null;
}

/** The output of a node, by its digest. */
export interface PickledInput {
  readonly node: number;
  readonly digest: string;
}

/** A definition of a bundle in the asset store, and what is done with it. */
export interface BundledCode {
  /**
   * `electron`: call it. `sublattice`: trace the lattice with the arguments; the output is a manifest (codec `manifest`).
   * `map`: the same for a lattice that calls the electron once for each element of the first argument. `cache-key`: ask the
   * electron's `cache.key` function; the output is a text.
   */
  readonly kind: "electron" | "sublattice" | "map" | "cache-key";
  readonly bundle: string;
  /** The definition's id inside the bundle. */
  readonly electron: string;
  /** Where packages that are not in the bundle are resolved from. */
  readonly projectRoot: string | null;
  /** `sublattice` and `map`. */
  readonly inherits?: InheritedExecutors;
}

export interface AttemptObserver {
  /**
   * The attempt has a place. Resolves when the handle is durable; an executor that knows the handle before the user's code
   * starts waits for that, so that a crash in between never leaves a running task that nobody knows of.
   */
  placed(token: string, handle: unknown): Promise<void>;
  /**
   * The attempt has ended. Resolves when the outcome is durable, and only then may the executor forget it. Called exactly once
   * for each token.
   */
  ended(token: string, outcome: Outcome): Promise<void>;
}

/** How an attempt ended. */
export type Outcome =
  | (Ended & { readonly status: "completed"; readonly output: ProducedPayload })
  | (Ended & { readonly status: "failed"; readonly failure: Failure })
  | (Ended & { readonly status: "cancelled" })
  /** It never started (its worker died while it waited there): it goes back and counts no attempt. */
  | { readonly status: "returned" };

interface Ended {
  /** Milliseconds since the epoch; `null` when it never started. */
  readonly startedAt: number | null;
  readonly endedAt: number;
  readonly stdout?: ProducedPayload;
  readonly stderr?: ProducedPayload;
}

/** Bytes that an attempt made: inline when small, else a file in the store's staging directory. */
export type ProducedPayload = PayloadRef & { readonly file?: string };
