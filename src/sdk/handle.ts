/**
 * Handles: what an electron call gives inside a lattice. A handle is a proxy that records how its value is reached into
 * (`handle.field`, `handle[0]`, `[a, b] = handle`) and refuses, with the user's line, everything that would need the value.
 *
 * Reaching into a handle adds nothing to the graph by itself: the node of a part is added once, when the part is first used.
 * `then` is never a part, so that `await handle` is the handle; `toJSON` is none, so that `JSON.stringify` can be refused.
 */
import { inspect } from "node:util";
import { type Misuse, misuse } from "./misuse.ts";

/** The brand by which other parts of the system, and other copies of it, recognise a handle. */
const HANDLE = Symbol.for("covalent-ts.handle");

/** Elements that are handed out to destructuring before iteration is taken for a spread or a loop, which would never end. */
const MAX_DESTRUCTURED = 64;

const ARRAY_INDEX = /^(?:0|[1-9]\d{0,9})$/;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** The run of a lattice that a handle belongs to. */
export interface HandleHome {
  readonly lattice: string;
  /** False once the lattice has returned. */
  readonly open: boolean;
  /** Adds the node that takes `key` from the value of node `parent`, and returns its id. */
  addPart(parent: number, key: string | number, name: string): number;
}

/** A handle as seen from inside; as a proxy's handler it is also what makes it behave so. */
export interface HandleState {
  readonly home: HandleHome;
  /** The name of the electron whose result is reached into. */
  readonly electron: string;
  /** The way into that result, as code: `.rows[0]`; empty for the result itself. */
  readonly path: string;
  /** The id of the node that gives the value; added now if it is not in the graph yet. */
  node(): number;
}

/** What user code holds. The types of {@link Handle} are laid over it. */
export type HandleProxy = () => void;

let exist = false;

/** True once this process has made a handle. */
export function handlesExist(): boolean {
  return exist;
}

/** A handle of the result of a node that is in the graph. */
export function createHandle(home: HandleHome, electron: string, node: number): HandleProxy {
  exist = true;
  return new Proxy(TARGET, new HandleTraps(home, electron, "", () => node));
}

/** What is behind a handle; `undefined` for everything else. Reads nothing of values that are not functions. */
export function handleState(value: unknown): HandleState | undefined {
  if (typeof value !== "function") return undefined;
  return (value as unknown as Record<symbol, HandleState | undefined>)[HANDLE];
}

/** True for handles, of any copy of this package. */
export function isHandle(value: unknown): boolean {
  return handleState(value) !== undefined;
}

/**
 * The target of every handle's proxy: a function, or calling a part (`rows.map(...)`) could not be caught. `util.inspect` looks
 * past a proxy's traps at its target, but calls this method with the proxy as `this`.
 */
const TARGET: HandleProxy = Object.assign(function handle() {}, {
  [inspect.custom](this: unknown): string {
    const state = handleState(this);
    return state === undefined ? "<handle>" : `<handle ${state.electron}>${state.path}`;
  },
});

class HandleTraps implements HandleState, ProxyHandler<HandleProxy> {
  readonly home: HandleHome;
  readonly electron: string;
  readonly path: string;
  readonly #addNode: () => number;
  #node = -1;
  #parts: Map<string, HandleProxy> | undefined;

  constructor(home: HandleHome, electron: string, path: string, addNode: () => number) {
    this.home = home;
    this.electron = electron;
    this.path = path;
    this.#addNode = addNode;
  }

  node(): number {
    if (this.#node < 0) this.#node = this.#addNode();
    return this.#node;
  }

  get(_target: HandleProxy, property: string | symbol): unknown {
    if (typeof property === "symbol") return this.#wellKnown(property);
    if (property === "then") return undefined;
    if (property === "toJSON") return this.#refusal("stringify");
    return this.#part(property);
  }

  apply(): never {
    throw misuse(this, this.path === "" ? "call" : "method", this.apply);
  }

  construct(): never {
    throw misuse(this, "construct", this.construct);
  }

  set(_target: HandleProxy, property: string | symbol): never {
    throw misuse(this, "assign", this.set, String(property));
  }

  deleteProperty(_target: HandleProxy, property: string | symbol): never {
    throw misuse(this, "delete", this.deleteProperty, String(property));
  }

  has(): never {
    throw misuse(this, "in", this.has);
  }

  ownKeys(): never {
    throw misuse(this, "enumerate", this.ownKeys);
  }

  getOwnPropertyDescriptor(): never {
    throw misuse(this, "in", this.getOwnPropertyDescriptor);
  }

  defineProperty(_target: HandleProxy, property: string | symbol): never {
    throw misuse(this, "assign", this.defineProperty, String(property));
  }

  preventExtensions(): never {
    throw misuse(this, "freeze", this.preventExtensions);
  }

  setPrototypeOf(): never {
    throw misuse(this, "freeze", this.setPrototypeOf);
  }

  #wellKnown(symbol: symbol): unknown {
    if (symbol === HANDLE) return this;
    if (symbol === Symbol.iterator) return () => this.#elements();
    if (symbol === Symbol.toPrimitive) return this.#conversion();
    if (symbol === Symbol.hasInstance) return this.#refusal("instanceof");
    return undefined;
  }

  #part(key: string): HandleProxy {
    this.#parts ??= new Map();
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const index = ARRAY_INDEX.test(key) ? Number(key) : key;
    const path = `${this.path}${step(index)}`;
    const addNode = () => this.home.addPart(this.node(), index, `:${this.electron}()${path}`);
    const part: HandleProxy = new Proxy(TARGET, new HandleTraps(this.home, this.electron, path, addNode));
    this.#parts.set(key, part);
    return part;
  }

  /** Destructuring asks for as many elements as it has names; spread, rest and loops ask until there are no more. */
  #elements(): Iterator<HandleProxy> {
    let index = 0;
    const next = (): IteratorResult<HandleProxy> => {
      if (index === MAX_DESTRUCTURED) throw misuse(this, "iterate", next);
      return { done: false, value: this.#part(String(index++)) };
    };
    return { next };
  }

  #conversion(): (hint: string) => never {
    const convert = (hint: string): never => {
      const kind = hint === "string" ? "text" : hint === "number" ? "number" : "primitive";
      throw misuse(this, kind, convert);
    };
    return convert;
  }

  #refusal(kind: Misuse): () => never {
    const refuse = (): never => {
      throw misuse(this, kind, refuse);
    };
    return refuse;
  }
}

function step(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  return IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
