import { registerHooks } from "node:module";

/** What a script imports to get its own exports. */
export const ITSELF = "covalent-ts/bundle/itself";

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
  const { importAddress } = await import(NODE_IMPORT);
  return importAddress(script);
}

/** Node's own `import()`: in translated code there are others in its place (a test runner's), which know nothing of the hooks. */
const NODE_IMPORT = "data:text/javascript,export const importAddress = (address) => import(address);";

function register(): void {
  registered = true;
  registerHooks({
    resolve(specifier, context, next) {
      const url = specifier === ITSELF ? context.parentURL : specifier;
      return url !== undefined && (url !== specifier || sources.has(url))
        ? { url, format: "module", shortCircuit: true }
        : next(specifier, context);
    },
    load(url, context, next) {
      const source = sources.get(url);
      if (source === undefined) return next(url, context);
      sources.delete(url);
      return { source, format: "module", shortCircuit: true };
    },
  });
}
