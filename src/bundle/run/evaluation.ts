import { AsyncLocalStorage } from "node:async_hooks";

const current = new AsyncLocalStorage<Evaluation>();

/**
 * The evaluation of a bundle, with everything that it starts: a `main()` that a module does not wait for still belongs to it when
 * the bundle has long been loaded.
 */
export class Evaluation {
  readonly #reached = Promise.withResolvers<void>();
  /** Resolves when the evaluation comes to a call that stops it. */
  readonly reached: Promise<void> = this.#reached.promise;

  run<T>(evaluate: () => T): T {
    return current.run(this, evaluate);
  }

  /** Makes a function whose calls, in an evaluation, never return: what the modules above the call define is all that is wanted. */
  static stopsAt<Args extends unknown[]>(call: (...args: Args) => unknown): (...args: Args) => unknown {
    return (...args) => {
      const evaluation = current.getStore();
      if (evaluation === undefined) return call(...args);
      evaluation.#reached.resolve();
      return new Promise<never>(() => {});
    };
  }
}
