import { registerHooks } from "node:module";

const sources = new Map<string, Uint8Array>();
let registered = false;

/**
 * Imports source text under an address where there is no file. Its own imports are resolved as those of a file there would be, and
 * so are the relative paths in its source map.
 */
export async function importSource(
  script: string,
  source: Uint8Array,
): Promise<Readonly<Record<string, unknown>>> {
  if (!registered) register();
  sources.set(script, source);
  return import(script);
}

function register(): void {
  registered = true;
  registerHooks({
    resolve: (specifier, context, next) =>
      sources.has(specifier)
        ? { url: specifier, format: "module", shortCircuit: true }
        : next(specifier, context),
    load(url, context, next) {
      const source = sources.get(url);
      if (source === undefined) return next(url, context);
      sources.delete(url);
      return { source, format: "module", shortCircuit: true };
    },
  });
}
