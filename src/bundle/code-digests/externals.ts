import { packageName } from "../build/native-package.ts";

/**
 * The line at the end of a bundle that names the packages that stay outside of it. With their versions among its bytes, a bundle's
 * digest and those of its electrons change with them, in every process that has the bundle.
 */
export const EXTERNALS = {
  /** Nothing for a bundle without such packages. */
  line(packages: readonly { readonly name: string; readonly version: string }[]): string {
    if (packages.length === 0) return "";
    const versions = packages.map(({ name, version }) => `${name}@${version}`);
    return `\n${PREFIX}${encodeURIComponent(versions.join(" "))}\n`;
  },
  /** The versions by name, as a bundle's text states them. */
  read(text: string): ReadonlyMap<string, string> {
    const at = text.lastIndexOf(`\n${PREFIX}`);
    if (at < 0) return new Map();
    const stated = decodeURIComponent(text.slice(at + PREFIX.length + 1).trimEnd());
    return new Map(
      stated.split(" ").map((each) => {
        const split = each.lastIndexOf("@");
        return [each.slice(0, split), each.slice(split + 1)] as const;
      }),
    );
  },
};

const PREFIX = "//# covalentExternals=";

/** What stands for a module outside the bundle: its specifier, with the version of its package. A file has those of all packages. */
export function externalToken(specifier: string, externals: ReadonlyMap<string, string>): string {
  const name = packageName(specifier);
  const version = name === undefined ? undefined : externals.get(name);
  if (version !== undefined) return `${specifier}@${version}`;
  return specifier.startsWith(".") ? `${specifier} of ${JSON.stringify([...externals])}` : specifier;
}
