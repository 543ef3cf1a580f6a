/** Compiles when the sources, the compiler or its options changed since the last build; true when it did. Throws on type errors. */
export function buildIfStale(options: { readonly check: boolean }): boolean;
