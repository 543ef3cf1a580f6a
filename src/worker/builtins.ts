/** By name. */
export type Builtins = Readonly<Record<string, unknown>>;

/**
 * What all code of a process uses, and a task may have replaced: by a test double, say, or to log what others print. Not all there is,
 * but what is replaced in practice. It is looked at after every task: written out, that takes less than a microsecond.
 */
export function builtinsNow(): Builtins {
  const {
    fetch,
    setTimeout,
    setInterval,
    Date: date,
    JSON: json,
    Promise: promise,
    console: log,
  } = globalThis;
  return {
    fetch,
    setTimeout,
    setInterval,
    Date: date,
    JSON: json,
    Promise: promise,
    console: log,
    "JSON.parse": json?.parse,
    "JSON.stringify": json?.stringify,
    "Object.keys": Object.keys,
    "Array.prototype.map": Array.prototype.map,
    "Array.prototype.push": Array.prototype.push,
    "Promise.prototype.then": promise?.prototype?.then,
    "Date.now": date?.now,
    "Math.random": Math.random,
    "console.error": log?.error,
    "console.log": log?.log,
    "console.warn": log?.warn,
  };
}

const NAMES = Object.keys(builtinsNow());

/** The name of one that is not what it was, e.g. `JSON.parse`; `undefined` when there is none. */
export function replacedBuiltin(before: Builtins, now: Builtins): string | undefined {
  for (const name of NAMES) if (before[name] !== now[name]) return name;
  return undefined;
}
