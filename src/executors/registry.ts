import type { Executor } from "./executor.ts";

/**
 * The executors of a server, by the name by which electrons ask for them.
 *
 * @throws {TypeError} when two have the same name.
 */
export function executorsByName(executors: readonly Executor[]): ReadonlyMap<string, Executor> {
  const byName = new Map<string, Executor>();
  for (const executor of executors) {
    if (byName.has(executor.name)) throw new TypeError(`there are two executors named ${executor.name}`);
    byName.set(executor.name, executor);
  }
  return byName;
}
