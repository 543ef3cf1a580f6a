/**
 * The types of a lattice: what an electron call gives (`Handle`), what it takes (`Input`) and what a returned structure comes to
 * (`Resolved`). Types only.
 *
 * Leaves have no fields to reach into: primitives, Date, RegExp, Error, Map, Set, ArrayBuffer, typed arrays, functions,
 * promises. Of a function, the types see what `Parameters` and `ReturnType` see: of overloads the last one, of type parameters
 * their constraint (`electron(first<Row>)` fixes them).
 */

declare const VALUE: unique symbol;

/** The part of a handle that says whose value it stands for. It exists only in types. */
export interface HandleOf<out T> {
  readonly [VALUE]: T;
}

/**
 * Stands, inside a lattice, for a value that exists only when the workflow runs.
 *
 * `handle.field` and `handle[i]` are handles of the parts, `[a, b] = handle` takes a tuple apart; everything else belongs in an
 * electron. Of a union it has the fields that all members share, `null` and `undefined` left out: `handle.a` of `A | undefined`
 * is allowed, and fails its consumer at run time when the value is absent.
 *
 * @example
 * const rows = clean("data.csv"); // Handle<Row[]>
 * const first = rows[0];          // Handle<Row>
 * fit(first.year, rows);          // values, handles and mixtures of them are accepted
 */
export type Handle<T> = HandleOf<T> & Fields<NonNullable<T>>;

/** What an electron's argument of type `T` may be: a value, a handle, or a structure with handles in it at any depth. */
export type Input<T> = T | HandleOf<T> | Nested<T>;

/** The arguments of an electron call, from the parameters of its function; optional and rest parameters stay so. */
export type Inputs<P extends readonly unknown[]> = {
  [K in keyof P]: [P[K]] extends [never] ? never : Input<P[K]>;
};

/** The arguments of `electron.map`: a list of what the first parameter takes, then the others. */
export type MapInputs<P extends readonly unknown[]> = P extends readonly [infer Item, ...infer Shared]
  ? [items: Input<readonly Item[]>, ...shared: Inputs<Shared>]
  : P extends readonly [item?: infer Item, ...shared: infer Shared]
    ? [items: Input<readonly Item[]>, ...shared: Inputs<Shared>]
    : never;

/**
 * What a lattice's return value comes to when the workflow has run: handles replaced by their values, at any depth.
 *
 * @example
 * type R = Resolved<Promise<{ best: Handle<Fit>; all: Handle<Fit>[] }>>; // { best: Fit; all: Fit[] }
 */
export type Resolved<L> = ResolvedStructure<Awaited<L>>;

/** A function that can become an electron or a lattice. */
export type PlainFunction = (...args: never[]) => unknown;

/** The `this` of a call: anything, or, for a function that declares one (which would not travel to a worker), nothing at all. */
export type NoThis<F> =
  unknown extends ThisParameterType<F> ? unknown : undefined extends ThisParameterType<F> ? unknown : never;

type Leaf =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | null
  | undefined
  | Date
  | RegExp
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | ArrayBufferLike
  | ArrayBufferView
  | PromiseLike<unknown>
  | ((...args: never[]) => unknown)
  | (abstract new (
      ...args: never[]
    ) => unknown);

type IsAny<T> = 0 extends 1 & T ? true : false;

/** Errors are told by their `stack`: a record of a name and a message is a plain object that only looks like one. */
type IsLeaf<T> = T extends Leaf ? true : T extends Error ? ("stack" extends keyof T ? true : false) : false;

type Fields<T> = [T] extends [never]
  ? unknown
  : IsAny<T> extends true
    ? DynamicFields<T>
    : // Distributes over a union; of the members' fields the common ones remain.
      T extends unknown
      ? FieldsOf<T>
      : never;

type FieldsOf<T> =
  IsLeaf<T> extends true
    ? unknown
    : T extends readonly unknown[]
      ? IsTuple<T> extends true
        ? TupleFields<T>
        : ArrayFields<T[number]>
      : T extends object
        ? ObjectFields<T>
        : unknown;

/** Fields of an `any`: every name, each again of `any`. */
interface DynamicFields<T> {
  readonly [key: string]: HandleOf<T> & DynamicFields<T>;
}

type ObjectFields<T> = {
  readonly [K in keyof T as K extends "then" | symbol ? never : K]-?: Handle<T[K]>;
};

/**
 * An array is not iterable in a lattice, since its length is unknown there. The first hundred indices are properties of their
 * own, so that `handle[0]` is a handle under `noUncheckedIndexedAccess` too: a handle is always there.
 */
type ArrayFields<E> = { readonly [I in SmallIndex]: Handle<E> } & {
  readonly [index: number]: Handle<E>;
  readonly length: Handle<number>;
};

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type SmallIndex = Digit | `${Exclude<Digit, "0">}${Digit}`;

/** TypeScript takes only arrays apart by position, so a tuple's handle is one, without its methods. */
type TupleFields<T extends readonly unknown[]> = { readonly [K in keyof T]-?: Handle<T[K]> } & {
  readonly [M in Exclude<keyof (readonly unknown[]), number | typeof Symbol.iterator>]: never;
};

type IsTuple<T> = T extends readonly [] ? true : "0" extends keyof T ? true : false;

/** Arrays are written as arrays, not mapped: a mapped one is worked out at once, which for a recursive type never ends. */
type Nested<T> =
  IsLeaf<T> extends true
    ? T
    : T extends readonly (infer E)[]
      ? IsTuple<T> extends true
        ? { readonly [K in keyof T]: Input<T[K]> }
        : readonly Input<E>[]
      : T extends object
        ? { readonly [K in keyof T]: Input<T[K]> }
        : T;

type ResolvedStructure<L> =
  IsAny<L> extends true ? L : L extends HandleOf<infer T> ? T : IsLeaf<L> extends true ? L : ResolvedParts<L>;

type ResolvedParts<L> = L extends readonly (infer E)[]
  ? IsTuple<L> extends true
    ? { [K in keyof L]: ResolvedStructure<L[K]> }
    : L extends unknown[]
      ? ResolvedStructure<E>[]
      : readonly ResolvedStructure<E>[]
  : L extends object
    ? { [K in keyof L]: ResolvedStructure<L[K]> }
    : L;
