import { Server, Socket } from "node:net";
import { getCallSites } from "node:util";
import { Worker } from "node:worker_threads";
import { isOwnCode } from "./user-stack.ts";

/**
 * What a task has unref'd and not ended: `process.getActiveResourcesInfo` is silent about it, yet it lives on and may write into
 * the next task's log. Since the way there is a call of `unref`, these calls are watched; a task without any costs nothing.
 *
 * Not seen: timers of `node:timers/promises` with `ref: false`, unref'd file watchers, datagram sockets and message ports, and
 * what native code starts. The idle connections and timers of Node's own HTTP clients are left alone: they write nothing.
 */
const unreferenced = new Map<object, Watched>();

interface Watched {
  readonly name: string;
  isAlive(): boolean;
}

/** What has ended is dropped when there are so many, or twice as many as were alive at the last time. */
const MIN_PRUNED = 1_000;
let pruneAt = MIN_PRUNED;

/** Watches the calls of `unref` of this process, from now on and for good. */
export function watchUnreferenced(): void {
  const timeout = setTimeout(() => undefined, 0);
  const immediate = setImmediate(() => undefined);
  watch("Timeout", Reflect.getPrototypeOf(timeout), (timer) => !isDestroyed(timer));
  watch("Immediate", Reflect.getPrototypeOf(immediate), (timer) => !isDestroyed(timer));
  clearTimeout(timeout);
  clearImmediate(immediate);
  watch("Worker", Worker.prototype, (worker) => (worker as Worker).threadId !== -1);
  watch("Server", Server.prototype, (server) => (server as Server).listening);
  watch("Socket", Socket.prototype, (socket) => !(socket as Socket).destroyed);
}

/** Whatever has been unref'd so far is nothing to be found. */
export function forgetUnreferenced(): void {
  unreferenced.clear();
  pruneAt = MIN_PRUNED;
}

/** The kinds of what has been unref'd since the last call of {@link forgetUnreferenced}, and still lives. */
export function findUnreferenced(): readonly string[] {
  if (unreferenced.size === 0) return [];
  prune();
  return [...new Set([...unreferenced.values()].map(({ name }) => name))];
}

function watch(name: string, prototype: object | null, isAlive: (object: object) => boolean): void {
  const unref: unknown = prototype && Reflect.get(prototype, "unref");
  if (prototype === null || typeof unref !== "function") return;
  Reflect.set(prototype, "unref", function watched(this: object): unknown {
    if (isUsersCall()) {
      unreferenced.set(this, { name, isAlive: () => isAlive(this) });
      if (unreferenced.size > pruneAt) prune();
    }
    return Reflect.apply(unref, this, []);
  });
}

/** Not one of Node's own modules, or of this worker. Frames: this function, the watched `unref`, its caller. */
function isUsersCall(): boolean {
  const caller = getCallSites(3, { sourceMap: false })[2]?.scriptName ?? "";
  return !caller.startsWith("node:") && !isOwnCode(caller);
}

function prune(): void {
  for (const [object, watched] of unreferenced) if (!watched.isAlive()) unreferenced.delete(object);
  pruneAt = Math.max(MIN_PRUNED, unreferenced.size * 2);
}

/** Has run for the last time, or was cleared. Node has no other way to ask. */
function isDestroyed(timer: object): boolean {
  return Reflect.get(timer, "_destroyed") === true;
}
