/**
 * The environment of this process. Comparing all of it takes as long as a small task, so that it is watched instead: only when
 * a task has written to it is there anything to compare.
 *
 * Not seen: what native code, or a thread with which it is shared (SHARE_ENV), sets behind Node's back. What differs from an environment
 * that is not watched: `structuredClone` and `postMessage` refuse it, but not a copy of it (`{ ...process.env }`).
 */
const unwatched = process.env;

let watched: NodeJS.ProcessEnv | undefined;
let isWritten = true;
let lastText = "";

/** Watches `process.env` of this process, from now on and for good. */
export function watchEnvironment(): void {
  watched = new Proxy(unwatched, {
    set: (target, name, value, receiver) =>
      // An object that only inherits from it gets a property of its own.
      receiver === watched
        ? noteWrite(() => Reflect.set(target, name, value))
        : Reflect.set(target, name, value, receiver),
    deleteProperty: (target, name) => noteWrite(() => Reflect.deleteProperty(target, name)),
    defineProperty: (target, name, property) =>
      noteWrite(() => Reflect.defineProperty(target, name, property)),
  });
  process.env = watched;
  const { loadEnvFile } = process;
  process.loadEnvFile = (path) => noteWrite(() => loadEnvFile(path));
}

/** All of it as one text, which is the same for the same variables. */
export function environmentText(): string {
  // Not watched, or something else has been put in its place.
  if (process.env !== watched) return JSON.stringify(process.env);
  if (isWritten) lastText = JSON.stringify(unwatched);
  isWritten = false;
  return lastText;
}

/** Sets a variable for a task, or takes it away with `undefined`. Who does so puts back what was there: it is not noted. */
export function lend(name: string, value: string | undefined): void {
  if (value === undefined) delete unwatched[name];
  else unwatched[name] = value;
}

function noteWrite<T>(write: () => T): T {
  isWritten = true;
  return write();
}
