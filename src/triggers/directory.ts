import { type FSWatcher, watch } from "node:fs";
import type { DirectoryEvent, DirectoryTriggerDefinition } from "../model/trigger.ts";
import { type Difference, differences, lookAt, NOTHING, type Snapshot } from "./directory-snapshot.ts";
import type { TriggerObserver, TriggerSink } from "./trigger.ts";

/** How long a burst of signs is gathered before anybody looks. */
const GATHER_MS = 30;
/** Without a sign, for file systems that give none: when the last look was so quick. */
const LOOK_ANYWAY_MS = 5_000;
/** A look takes at most this part of the time. */
const SHARE = 50;
/** A file that has not changed for so long counts as closed. */
const QUIET_MS = 1_000;

/**
 * Reports what happens to a file or in a directory. The system's signs say when to look; comparing what is there with what was
 * there says what has happened. So nothing is missed that lasts; what came and went between two looks (some 30 ms) is not seen,
 * and changes of one file between them count once. `closed` is a file that was written and has been quiet for a second.
 */
export function observeDirectory(definition: DirectoryTriggerDefinition, sink: TriggerSink): TriggerObserver {
  const observation = new DirectoryObservation(definition, sink);
  observation.lookLater(0);
  return observation;
}

class DirectoryObservation implements TriggerObserver {
  readonly #definition: DirectoryTriggerDefinition;
  readonly #wanted: ReadonlySet<DirectoryEvent>;
  readonly #sink: TriggerSink;
  /** Files that were written, with when that was seen last. */
  readonly #open = new Map<string, number>();
  #before: Snapshot | undefined;
  readonly #ready = Promise.withResolvers<void>();
  /** Resolves after the first look, with which all later ones are compared. */
  readonly ready = this.#ready.promise;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #closed = false;

  constructor(definition: DirectoryTriggerDefinition, sink: TriggerSink) {
    this.#definition = definition;
    this.#wanted = new Set(definition.event_names);
    this.#sink = sink;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watcher?.close();
    this.#ready.resolve();
    await this.#looking;
  }

  /** Looks after so many milliseconds at the latest. */
  lookLater(ms: number): void {
    const at = performance.now() + ms;
    if (this.#closed || this.#looking !== undefined || at >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    const signs = this.#watch();
    const began = performance.now();
    this.#looking = this.#compare().then(() => {
      this.#looking = undefined;
      this.#ready.resolve();
      this.#dueAt = Number.POSITIVE_INFINITY;
      const took = performance.now() - began;
      if (signs()) this.lookLater(Math.max(GATHER_MS, took));
      if (this.#open.size > 0) this.lookLater(QUIET_MS / 2);
      this.lookLater(Math.max(LOOK_ANYWAY_MS, took * SHARE));
    });
  }

  /** Watches before it looks, so that what happens meanwhile leaves a sign. Gives whether there was one since. */
  #watch(): () => boolean {
    let signs = 0;
    this.#signed = () => {
      signs += 1;
      this.lookLater(GATHER_MS);
    };
    if (this.#watcher === undefined) {
      try {
        const { dir_path: path, recursive } = this.#definition;
        this.#watcher = watch(path, { persistent: false, recursive }, () => this.#signed());
        // The directory went, or the system has no more watches to give: it is looked at anyway.
        this.#watcher.on("error", () => this.#unwatch());
      } catch {
        this.#unwatch();
      }
    }
    return () => signs > 0;
  }

  #signed = (): void => undefined;

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  async #compare(): Promise<void> {
    const { dir_path: path, recursive } = this.#definition;
    try {
      const found = await lookAt(path, recursive);
      if (this.#closed) return;
      // A new one of the same name has to be watched anew.
      if (found === undefined) this.#unwatch();
      this.#sink.problem(found === undefined ? `there is no ${path}` : undefined);
      this.#tell(found ?? this.#whenAbsent());
    } catch (error) {
      this.#unwatch();
      if (!this.#closed) this.#sink.problem(error instanceof Error ? error.message : String(error));
    }
  }

  /** A directory that has gone (a disk that is not mounted) is compared when it is there again. */
  #whenAbsent(): Snapshot {
    return this.#before?.isDirectory ? this.#before : NOTHING;
  }

  #tell(after: Snapshot): void {
    const changes = this.#before === undefined ? [] : differences(this.#before, after);
    this.#before = after;
    const happened = changes.filter(({ event }) => this.#wanted.has(event)).length + this.#settled(changes);
    if (happened > 0) this.#sink.happened(happened);
  }

  /** How many files have been closed. */
  #settled(changes: readonly Difference[]): number {
    if (!this.#wanted.has("closed")) return 0;
    const now = performance.now();
    for (const { event, path } of changes) {
      if (event === "deleted") this.#open.delete(path);
      else if (!this.#before?.entries.get(path)?.isDirectory && event !== "moved") this.#open.set(path, now);
    }
    const quiet = [...this.#open].filter(([, at]) => now - at >= QUIET_MS);
    for (const [path] of quiet) this.#open.delete(path);
    return quiet.length;
  }
}
